"""``site.sha256``: the digest of every file of a release outside ``list/``, as ``sha256sum -c`` reads it.

::

    9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  about/index.html

The manifest cannot hold these: the pages show its digest. Names are never followed, only compared with what
lies there.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from blocklist.errors import TroubleError
from blocklist.release.digest import sha256
from blocklist.release.minisign import PublicKey
from blocklist.release.signatures import SIGNATURE, unsigned

SITE = "site.sha256"
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def site_lines(digests: Iterable[tuple[str, str]]) -> bytes:
    """Return the file of ``digests``: path and SHA-256, in hex, of each file, in any order."""
    return "".join([f"{digest}  {path}\n" for path, digest in sorted(digests)]).encode()


def site_problems(release: Path, key: PublicKey | None = None, serial: int = 0) -> Iterator[str]:
    """Compare the files in ``release`` with its ``site.sha256``; TroubleError for one that cannot be read.

    ``key`` must have signed it for the release ``serial``; None: nobody has.
    """
    try:
        if not (release / SITE).is_file():
            yield f"{SITE}: is missing; nothing says what the pages are"
            return
        digests = {
            name: (release / name).read_bytes()
            for name in (SITE, SITE + SIGNATURE)
            if (release / name).is_file()
        }
        if key is not None:
            yield from unsigned(digests, SITE, key, serial)
        said = dict(_said(digests[SITE]))
        there = {path: sha256((release / path).read_bytes()) for path in _pages(release)}
    except ValueError as problem:
        yield f"{SITE}: {problem}"
        return
    except OSError as problem:
        raise TroubleError(f"{problem.filename}: cannot be read ({problem.strerror})") from problem
    for path in sorted(said.keys() | there.keys()):
        if path not in there:
            yield f"{ascii(path[:200])[1:-1]}: is missing"
        elif path not in said:
            yield f"{path}: is not in {SITE}"
        elif said[path] != there[path]:
            yield f"{path}: is not the file that {SITE} names"


def _said(data: bytes) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(data.decode().split("\n")[:-1], start=1):
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"line {number} is not a digest and a name")
        yield found[2], found[1]


def site_pages(release: Path) -> int:
    """Return how many files of the site lie in the folder ``release``."""
    return sum(1 for _ in _pages(release))


def _pages(release: Path) -> Iterator[str]:
    for path in release.rglob("*"):
        name = path.relative_to(release).as_posix()
        if path.is_file() and name not in {SITE, SITE + SIGNATURE} and not name.startswith("list/"):
            yield name
