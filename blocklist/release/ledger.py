"""What made each page of a release: beside its folder, never in it.

::

    public.releases/000042.pages     linkgazette pages 1 9f86d081884c7d65…
                                     0f3a…<TAB>entries/LG-…/index.html<TAB>zh/entries/LG-…/index.html

The first line names the SHA-256 of the release's ``site.sha256``, so that a ledger is never taken for that of
another folder. Then a line for each sheet with inputs: their digest in hex and its paths. A ledger that is
missing or broken costs one full build and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from blocklist.release.digest import sha256
from blocklist.release.folder import LEDGER
from blocklist.release.sheets import Sheet
from blocklist.release.site import SITE, said_digests

_HEAD = "linkgazette pages 1 "


@dataclass(frozen=True, slots=True)
class Made:
    """What is known of the site in a release's folder."""

    folder: Path
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Digest in hex by a sheet's paths, which are joined by tabs; empty: nothing is known of them."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 in hex of each file outside ``list/``."""


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
        head, *lines = ledger_of(release).read_text().split("\n")
        if head != _HEAD + sha256(site):
            return Made(release)
        return Made(release, {line[33:]: line[:32] for line in lines if line}, said_digests(site))
    except (OSError, ValueError):
        return Made(release)


def write_ledger(release: Path, site: bytes, made: Iterable[tuple[str, str]]) -> None:
    """Write the ledger of a release whose ``site.sha256`` is ``site``; ``made`` are its ``Made.inputs``."""
    lines = "".join([f"{inputs}\t{paths}\n" for paths, inputs in made])
    ledger_of(release).write_text(f"{_HEAD}{sha256(site)}\n{lines}")
