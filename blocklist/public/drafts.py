"""A draft of an announcement as a file for a person to edit: TOML front matter, then Markdown (pure).

::

    +++
    slug = "2026-11-23"
    language = "en"
    title = "Links blocked for selling illegal and contraband goods"
    since = 2026-11-16T00:00:00Z
    until = 2026-11-23T00:00:00Z
    examples = ["Har****"]

    [counts]
    links_blocked = 38
    accounts = { warn = 13 }
    …
    +++

    Accounts and groups have been used to …

Title, examples and words are the editor's; the counts are there to be read. One that differs from the list is
refused on the way back, so that no announcement can say what the list does not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from blocklist.errors import InputError
from blocklist.model import Announcement, Words
from blocklist.privacy import mask_contacts
from blocklist.public.announcements import is_masked
from blocklist.public.markdown import bare
from blocklist.toml_source import parse_toml

MAX_BODY = 20_000  # characters
MAX_TITLE = 120
_FENCE = "+++"
_SHAPE = re.compile(r"\s*\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*(?:\n|$)(.*)", re.DOTALL)
_SLUG = re.compile(r"\d{4}-\d\d-\d\d(?:-\d{1,4})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft as its editor left it."""

    name: str
    """Of the file, for errors."""
    slug: str
    since: datetime
    until: datetime
    examples: tuple[str, ...]
    counts: Mapping[str, Any]
    words: Words


def counts_of(one: Announcement) -> dict[str, int | dict[str, int]]:
    """Return the counts as a draft shows them."""
    return {
        "links_blocked": one.links_blocked,
        "removed": one.removed,
        "corrected": one.corrected,
        "accounts": one.accounts,
        "groups": one.groups,
        "contents": one.contents,
        "link_steps": one.link_steps,
        "categories": one.categories,
    }


def write_draft(one: Announcement, words: Words) -> str:
    """Return the draft's file."""
    counts = "\n".join(f"{name} = {_toml(value)}" for name, value in counts_of(one).items())
    return f"""\
{_FENCE}
slug = {_toml(one.slug)}
language = {_toml(words.language)}
title = {_toml(words.title)}
since = {_moment(one.since)}
until = {_moment(one.until)}
examples = {_toml(list(one.examples))}

[counts]  # of the list; not to be edited
{counts}
{_FENCE}

{words.body.strip()}
"""


def parse_draft(text: str, name: str) -> Draft:
    """Read a draft back; raise InputError, with the place and the cure, for what cannot be announced."""
    found = _SHAPE.fullmatch(text.replace("\r\n", "\n").removeprefix("\ufeff"))
    if found is None:
        raise InputError(f"{name}: is no draft; begin with a line {_FENCE}, settings, and a line {_FENCE}")
    source = parse_toml(found[1], name, InputError)
    values = source.values

    def value(key: str, kind: type) -> Any:
        if not isinstance(values.get(key), kind):
            raise InputError(f"{source.where(key)}: {key} is missing or of the wrong kind; draft it again")
        return values[key]

    for odd in values.keys() - {"slug", "language", "title", "since", "until", "examples", "counts"}:
        raise InputError(f"{source.where(odd)}: {odd} is no setting of a draft; take it out")
    slug, title, body = value("slug", str), value("title", str).strip(), found[2].strip()
    if not _SLUG.fullmatch(slug):
        raise InputError(f"{source.where('slug')}: {slug!r} is no slug; keep the one that was drafted")
    if not title or len(title) > MAX_TITLE or "\n" in title:
        raise InputError(f"{source.where('title')}: give a title of 1 to {MAX_TITLE} characters on one line")
    if len(body) > MAX_BODY:
        raise InputError(f"{name}: {len(body)} characters are too many; say it in {MAX_BODY}")
    _no_person(title, f"{source.where('title')}")
    _no_person(body, name)
    examples = tuple(map(str, value("examples", list)))
    for one in examples:
        if not is_masked(one):
            raise InputError(f"{source.where('examples')}: {one!r} is not masked; take it out")
    return Draft(
        name=name,
        slug=slug,
        since=_utc(value("since", datetime), source.where("since")),
        until=_utc(value("until", datetime), source.where("until")),
        examples=examples,
        counts=value("counts", dict),
        words=Words(language=value("language", str), title=title, body=body),
    )


def check_draft(draft: Draft, made: Announcement) -> None:
    """Refuse a draft whose counts or examples are not those of ``made``, the list's own."""
    said, true = draft.counts, counts_of(made)
    for name in [*true, *(said.keys() - true.keys())]:
        if said.get(name) != true.get(name):
            raise InputError(
                f"{draft.name}: {name} is {said.get(name)} in the draft and {true.get(name)} on the list; "
                "counts are not edited: draft it again"
            )
    for one in draft.examples:
        if one not in made.examples:
            raise InputError(f"{draft.name}: {one!r} is no example of this period; take it out")


def _no_person(words: str, where: str) -> None:
    for shown in (words, bare(words)):  # a number that emphasis splits is one again when it is read
        if mask_contacts(shown) != shown:
            raise InputError(
                f"{where}: holds what reads like a contact (an address, a number, a handle); leave people out"
            )


def _toml(value: object) -> str:
    if isinstance(value, dict):
        pairs = ", ".join(f"{_toml(key)} = {_toml(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return orjson.dumps(value).decode().replace("\x7f", "\\u007f")  # a JSON string or number is TOML's too


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _utc(moment: datetime, where: str) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as problem:  # of the year 1 or 9999, by its offset
        raise InputError(f"{where}: {moment} is no moment in UTC; draft it again") from problem
