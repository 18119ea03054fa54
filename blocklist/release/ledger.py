r"""What made each page of a release: beside its folder, never in it.

::

    public.releases/000042.pages     linkgazette pages 4 9f86d081884c7d65…
                                     {"entries/LG-…/index.html\tzh/entries/LG-…/index.html":"0f3a…",…}

The first line is an HMAC-SHA256, by a key of the workspace, of the SHA-256 of the release's ``site.sha256``
and of what follows it: the next release signs these digests unseen, and a server's folder may be altered.
Then an object in JSON: of each sheet its paths, and in hex the digest of its inputs and the SHA-256 of each
file. A ledger that is missing, broken, altered or of another folder costs one full build and nothing else.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from blocklist.release.folder import LEDGER
from blocklist.release.sheets import Sheet
from blocklist.release.site import SITE

_HEAD = "linkgazette pages 4 "


@dataclass(frozen=True, slots=True)
class Made:
    """What is known of the site in a release's folder."""

    folder: Path
    sheets: Mapping[str, bytes] = field(default_factory=dict)
    """By a sheet's paths, joined by tabs: digest of its inputs (16 bytes) and SHA-256 of each file, one after
    the other, as 100,000 of them are held at once; empty: nothing is known."""

    @property
    def files(self) -> int:
        """How many files they are."""
        return sum(1 + key.count("\t") for key in self.sheets)


def key_of(sheet: Sheet) -> str:
    """Return by what a ledger knows a sheet."""
    return "\t".join(sheet.paths)


def ledger_of(release: Path) -> Path:
    """Return where the ledger of the release in the folder ``release`` lies."""
    return release.with_name(release.name + LEDGER)


def read_made(release: Path, key: bytes) -> Made:
    """Return what is known of a release; of one that has no sound ledger by ``key`` nothing is."""
    try:
        site = (release / SITE).read_bytes()
        head, _, sheets = ledger_of(release).read_bytes().partition(b"\n")
        if not hmac.compare_digest(head, _head(site, sheets, key)):
            return Made(release)
        return Made(release, {paths: bytes.fromhex(made) for paths, made in orjson.loads(sheets).items()})
    except (OSError, ValueError, TypeError, AttributeError):
        return Made(release)


def write_ledger(release: Path, site: bytes, made: Made, key: bytes) -> None:
    """Write by ``key`` what was ``made`` of a release whose ``site.sha256`` is ``site``."""
    sheets = orjson.dumps({paths: known.hex() for paths, known in made.sheets.items()})
    with ledger_of(release).open("wb") as file:
        file.write(_head(site, sheets, key) + b"\n")
        file.write(sheets)


def _head(site: bytes, sheets: bytes, key: bytes) -> bytes:
    tag = hmac.new(key, hashlib.sha256(site).digest(), hashlib.sha256)
    tag.update(sheets)
    return f"{_HEAD}{tag.hexdigest()}".encode()
