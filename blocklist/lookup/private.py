"""Ask a shard of a list: the publisher learns 12 bits of the site's hash, and nothing of the page (pure).

``shard_for`` names the one file that is needed; ``covering`` finds in it what lists the URL. Getting the file
is left to the caller.
"""

from collections.abc import Collection, Iterable, Iterator

from blocklist.formats.prefixes import ALIAS, Told, shard_of, site_of
from blocklist.scopes import parents
from blocklist.urls import key_hash, place_of


def shard_for(url: str, deeper: Collection[str]) -> str:
    """Return the name within ``list/`` of the shard that may list ``url``; raises UrlError."""
    host, _ = place_of(url)
    return shard_of(site_of(host, deeper))


def covering(url: str, shard: Iterable[Told]) -> Iterator[Told]:
    """Give what of ``shard`` covers ``url``, narrowest first and an alias last; raises UrlError."""
    told = tuple(shard)
    _, key = place_of(url)
    asked = [(scope.value, key_hash(expression).hex()) for scope, expression in parents(key)]
    for kind, digest in (*asked, (ALIAS, key_hash(key).hex())):
        yield from (each for each in told if (each.kind, each.digest) == (kind, digest))
