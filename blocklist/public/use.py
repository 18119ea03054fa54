"""The page on using the list: each file with what it carries and leaves out, and how to load it."""

from dataclasses import dataclass

from blocklist.release.context import WrittenFile
from blocklist.release.packed import is_packed

PLACEHOLDER = "https://the-address-of-this-site/"
"""Stands in set-up lines while the site does not know its own address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One file of ``list/``."""

    name: str
    bytes: int
    entries: int
    omitted: int
    """Entries that the format cannot say at their scope, and therefore does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsePage:
    """What the page shows; recipes appear for the files that exist."""

    base: str
    files: tuple[FileLine, ...]
    names: frozenset[str]


def use_page(files: tuple[WrittenFile, ...], base_url: str) -> UsePage:
    """Return the page for the files of a release; files in folders (by category, deltas) are left out."""
    top = [one for one in files if "/" not in one.name and not is_packed(one.name)]
    return UsePage(
        base=base_url.rstrip("/") + "/" if base_url else PLACEHOLDER,
        files=tuple(
            FileLine(name=one.name, bytes=one.bytes, entries=one.entries, omitted=sum(one.omitted.values()))
            for one in top
        ),
        names=frozenset(one.name for one in files),
    )
