"""One parser and one set of words for URLs, so that no two rooms read the same string differently.

``parse`` turns a string into a ``WebUrl`` by the browser's own rules (WHATWG, through ada); ``list_keys``
turns a ``WebUrl`` into what lists are keyed by (Safe Browsing), and ``plain`` does both at once where it can;
``domains`` knows registrable domains and public suffixes; ``sensitive`` knows which URLs carry a person;
``display`` makes addresses fit to be shown.
Finding URLs inside text is left to ``intake``, what a scope means to ``scopes``.
"""

from blocklist.urls.display import defang, mask_url
from blocklist.urls.domains import (
    has_suffix_below,
    is_known_suffix,
    is_private_suffix,
    is_public_suffix,
    registrable_domain,
)
from blocklist.urls.list_keys import expressions, key_hash, list_key
from blocklist.urls.parse import (
    MAX_URL_CHARS,
    host_of,
    is_dns_name,
    is_ip,
    is_web,
    join_url,
    parse_host,
    parse_url,
    without_fragment,
)
from blocklist.urls.plain import place_of
from blocklist.urls.sensitive import sensitive_parts

__all__ = [
    "MAX_URL_CHARS",
    "defang",
    "expressions",
    "has_suffix_below",
    "host_of",
    "is_dns_name",
    "is_ip",
    "is_known_suffix",
    "is_private_suffix",
    "is_public_suffix",
    "is_web",
    "join_url",
    "key_hash",
    "list_key",
    "mask_url",
    "parse_host",
    "parse_url",
    "place_of",
    "registrable_domain",
    "sensitive_parts",
    "without_fragment",
]
