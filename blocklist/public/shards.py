"""The files that the look-up page loads: the shards for private look-up, as scripts.

::

    lookup/sites.js         linkgazette.sites({"deeper":["co.uk"],"shards":"0004…"})
    lookup/shards/4be.js    linkgazette.shard("4be",{"4be0…":[["host","LG-4QJ7ZC2MXA","2026-12-01…Z"]]})

A script loads wherever a page does, from ``file://`` too, where a browser fetches nothing else. ``shards``
has one bit for each of the 4,096, in hex: set where there is a file.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

import orjson

from blocklist.formats.prefixes import DIGESTS, SITES, write_prefixes
from blocklist.model import Alias, Entry

_SHARDS = 4096


def lookup_files(
    entries: Iterable[Entry], aliases: Iterable[Alias], shards: Mapping[str, bytes] | None = None
) -> Iterator[tuple[str, bytes]]:
    """Give path and bytes of each script; ``shards`` are the list's files where they are made already."""
    files = dict(write_prefixes(entries, aliases) if shards is None else shards)
    files.pop(DIGESTS, None)
    sites = orjson.loads(files.pop(SITES))
    bits = 0
    for name, data in sorted(files.items()):
        prefix = PurePosixPath(name).stem
        bits |= 1 << (_SHARDS - 1 - int(prefix, 16))
        yield f"lookup/shards/{prefix}.js", _call("shard", b'"%b",%b' % (prefix.encode(), data.strip()))
    told = sites | {"shards": f"{bits:0{_SHARDS // 4}x}"}
    yield "lookup/sites.js", _call("sites", orjson.dumps(told, option=orjson.OPT_SORT_KEYS))


def _call(name: str, arguments: bytes) -> bytes:
    return b"linkgazette.%b(%b);\n" % (name.encode(), arguments)
