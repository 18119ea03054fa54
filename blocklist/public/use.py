"""The page on using the list: each file with what it carries and leaves out, and how to load it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from blocklist.formats import all_bundles, all_formats
from blocklist.model import Scope
from blocklist.public.assets import site_folder
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
class Program:
    """A real program that was given the files of a list and asked what it blocks."""

    name: str
    version: str
    files: tuple[str, ...]
    scopes: tuple[Scope, ...]
    """Of which it blocked what is listed, and nothing more."""
    asked: int
    ignores_case: bool
    """True: an old engine, to which letter case is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsePage:
    """What the page shows; recipes appear for the files that exist."""

    base: str
    files: tuple[FileLine, ...]
    names: frozenset[str]
    programs: tuple[Program, ...]
    """Asked before this version of Linkgazette was made; one that failed is not here."""
    asked_on: datetime


def use_page(files: tuple[WrittenFile, ...], base_url: str) -> UsePage:
    """Return the page for the files of a release; files in folders (by category, deltas) are left out."""
    top = [one for one in files if "/" not in one.name and not is_packed(one.name)]
    asked = orjson.loads((site_folder() / "consumers.json").read_bytes())
    return UsePage(
        base=base_url or PLACEHOLDER,
        files=tuple(
            FileLine(name=one.name, bytes=one.bytes, entries=one.entries, omitted=sum(one.omitted.values()))
            for one in top
        ),
        names=frozenset(one.name for one in files),
        programs=tuple(_program(row) for row in asked["programs"] if not row["wrong"]),
        asked_on=datetime.fromisoformat(asked["date"]).replace(tzinfo=UTC),
    )


def _program(row: dict[str, Any]) -> Program:
    named = {each.name: each.filename for each in all_formats()}
    named |= {each.name: each.main for each in all_bundles()}
    return Program(
        name=row["name"],
        version=row["version"],
        files=tuple(named.get(name, name) for name in row["formats"]),
        scopes=tuple(map(Scope, row["says"])),
        asked=row["asked"],
        ignores_case=row["ignores_case"],
    )
