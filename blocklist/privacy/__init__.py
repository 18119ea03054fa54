"""What keeps people out of the record: keyed pseudonyms for ids, one rule for names, masked contacts in text.

``keys`` makes and reads the workspace's secret; ``pseudonyms`` turns the platform's own ids and found handles
into values that only the key's holder can recompute; ``masking`` is what may be shown of a name, ``contacts``
of a text. When to use which is left to the rooms that take text in.
"""

from blocklist.privacy.contacts import contact_spans, mask_contacts
from blocklist.privacy.keys import load_key
from blocklist.privacy.masking import MASK, mask_name
from blocklist.privacy.pseudonyms import Pseudonymiser

__all__ = ["MASK", "Pseudonymiser", "contact_spans", "load_key", "mask_contacts", "mask_name"]
