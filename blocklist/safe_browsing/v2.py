"""Safe Browsing version 2.2, for a list beside Google's own: whole hashes, one chunk a release (pure).

::

    POST …/v2/downloads           linkgazette-phish-digest256;a:41
    ->  n:1800                    ask again in so many seconds
        i:linkgazette-phish-digest256
        ad:41                     forget that chunk
        u:gazette.example/…/v2/chunk/42
    GET …/v2/chunk/42
    ->  a:42:32:64                chunk 42 adds hashes of 32 bytes, 64 bytes in all
        …

Source: https://developers.google.com/safe-browsing/developers_guide_v2, and Firefox, which alone still speaks
it, and takes hashes of 32 bytes as whole ones that need no search.
"""

import re

from blocklist.errors import FormatError
from blocklist.safe_browsing.hashes import WAIT_S, HashList

TABLE = "linkgazette-phish-digest256"
_HELD = re.compile(r"(?:^|:)a:([0-9,-]{1,200})")
_HASH_BYTES = 32


def downloads(body: bytes, after: HashList, chunk_at: str) -> bytes:
    """Answer a request for updates; ``chunk_at`` is the chunk's address without its scheme.

    Raises FormatError for a request that does not name the table.
    """
    lines = body.decode("ascii", "replace").splitlines()
    ours = [line.partition(";")[2] for line in lines if line.partition(";")[0] == TABLE]
    if not ours:
        raise FormatError(f"names no table that is here; there is {TABLE}")
    found = _HELD.search(ours[0])
    held = found[1] if found else ""
    said = [f"n:{WAIT_S}", f"i:{TABLE}"]
    if held != str(after.serial):
        said += [f"ad:{held}"] if held else []
        said += [f"u:{chunk_at}"]
    return "".join(f"{line}\n" for line in said).encode()


def chunk(after: HashList) -> bytes:
    """Return the chunk of a release."""
    data = b"".join(after.hashes)
    return f"a:{after.serial}:{_HASH_BYTES}:{len(data)}\n".encode() + data
