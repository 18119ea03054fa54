r"""What made each page of a release: beside its folder, never in it.

::

    public.releases/000042.pages     linkgazette pages 3 9f86d081884c7d65…
                                     {"entries/LG-…/index.html\tzh/entries/LG-…/index.html":"0f3a…",…}

The first line names the SHA-256 of the release's ``site.sha256``, so that a ledger is never taken for that of
another folder. Then an object in JSON: of each sheet its paths, and in hex the digest of its inputs and the
SHA-256 of each file. A ledger that is missing or broken costs one full build and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from blocklist.release.digest import sha256
from blocklist.release.folder import LEDGER
from blocklist.release.sheets import Sheet
from blocklist.release.site import SITE

_HEAD = "linkgazette pages 3 "


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


def read_made(release: Path) -> Made:
    """Return what is known of a release; of one that has no sound ledger nothing is."""
    try:
        site = (release / SITE).read_bytes()
        head, _, sheets = ledger_of(release).read_bytes().partition(b"\n")
        if head.decode() != f"{_HEAD}{sha256(site)}":
            return Made(release)
        return Made(release, {paths: bytes.fromhex(made) for paths, made in orjson.loads(sheets).items()})
    except (OSError, ValueError, TypeError, AttributeError):
        return Made(release)


def write_ledger(release: Path, site: bytes, made: Made) -> None:
    """Write what was ``made`` of a release whose ``site.sha256`` is ``site``."""
    with ledger_of(release).open("wb") as file:
        file.write(f"{_HEAD}{sha256(site)}\n".encode())
        file.write(orjson.dumps({paths: known.hex() for paths, known in made.sheets.items()}))
