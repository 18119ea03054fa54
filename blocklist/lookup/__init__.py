"""Is this URL listed, by what and why: as a library, for a folder or for entries in hand.

``open_list(folder).check(url, now=…)`` is the whole of it. ``private`` asks one shard of a list instead;
fetching a list from afar is left to ``mirror``.
"""

from blocklist.lookup.index import Hit, Lookup
from blocklist.lookup.open import open_list

__all__ = ["Hit", "Lookup", "open_list"]
