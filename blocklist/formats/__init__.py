"""The list in the languages that other programs read: one small file for each format, pure.

``base`` holds what they share, ``records`` the full record that the others are excerpts of. Which files a
release has, and where they lie, is left to ``release``.
"""

from blocklist.formats.base import Claim, Format, Header, Rule, Written, all_formats, rules_of, rules_with
from blocklist.formats.bundle import Bundle, Parcel, all_bundles

__all__ = [
    "Bundle",
    "Claim",
    "Format",
    "Header",
    "Parcel",
    "Rule",
    "Written",
    "all_bundles",
    "all_formats",
    "rules_of",
    "rules_with",
]
