r"""The record itself: ``entries.jsonl`` and ``tombstones.jsonl``, one JSON object a line, keys sorted.

::

    {"aliases":["short.example/x"],"category":"counterfeit-money","clause":"LG-12","decided_by":"machine",
     "evidence":[{"excerpt":"…","kind":"goods","rule":"counterfeit-money/goods/notes"}],
     "evidence_digest":"…","expires_at":"…Z","expression":"shop.example/","first_seen":"…Z","grade":3,
     "host":"shop.example","id":"LG-4QJ7ZC2MXA","jurisdiction":"…","key_sha256":null,"listed_at":"…Z",
     "policy":"…","scope":"host","sensitive":false,"verified_at":"…Z"}
    {"id":"LG-2ZC4QJ7MXB","listed_at":"…Z","reason":"cleaned","removed_at":"…Z"}

An entry whose address may carry a person has no ``expression``, only ``key_sha256``: the SHA-256 of the
address's list key, which somebody who has the address can compare. Its sensitive aliases likewise stand in
``alias_sha256``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import orjson

from blocklist.errors import FormatError
from blocklist.model import Alias, Entry, ListKey, Scope, Tombstone
from blocklist.urls import key_hash

ENTRIES = "entries.jsonl"
TOMBSTONES = "tombstones.jsonl"
MANIFEST = "manifest.json"
"""Names every file of ``list/`` with its digest; ``release`` writes it."""
FACTS = (
    "id",
    "scope",
    "expression",
    "key_sha256",
    "category",
    "grade",
    "clause",
    "listed_at",
    "verified_at",
    "expires_at",
    "decided_by",
    "policy",
    "evidence_digest",
)
"""Fields of a line that the history keeps as well."""
_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
_SORTED = _OPTIONS | orjson.OPT_SORT_KEYS
_FACTS = frozenset(FACTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One entry as a reader of the list sees it."""

    id: str
    scope: Scope
    expression: ListKey | None
    """None: published as its hash alone."""
    key_sha256: str
    """Hex; empty where the expression is given."""
    host: str
    category: str
    grade: int
    clause: str
    listed_at: datetime
    verified_at: datetime
    expires_at: datetime
    aliases: tuple[ListKey, ...]
    alias_sha256: tuple[str, ...]


def write_entries(entries: Sequence[Entry], aliases: Iterable[Alias] = ()) -> bytes:
    """Write the entries by id, each with its aliases."""
    leading = aliases_by_entry(aliases)
    ordered = sorted(entries, key=lambda each: each.id)
    return b"".join(entry_line(each, leading.get(each.id, ())) for each in ordered)


def entry_line(entry: Entry, aliases: Sequence[Alias]) -> bytes:
    """Write one entry with its aliases."""
    # Copied: orjson gives bytes with room to spare, and a list of thousands of them is slow to make.
    return bytes(memoryview(orjson.dumps(_entry(entry, aliases), option=_OPTIONS)))


def aliases_by_entry(aliases: Iterable[Alias]) -> dict[str, list[Alias]]:
    """Return the aliases of each entry that has some."""
    leading: defaultdict[str, list[Alias]] = defaultdict(list)
    for alias in aliases:
        leading[alias.entry].append(alias)
    return dict(leading)


def write_tombstones(tombstones: Iterable[Tombstone]) -> bytes:
    """Write the removals, by time and id."""
    ordered = sorted(tombstones, key=lambda each: (each.removed_at, each.id))
    return b"".join(
        orjson.dumps(
            {
                "id": each.id,
                "listed_at": each.listed_at,
                "reason": each.reason,
                "removed_at": each.removed_at,
            },
            option=_SORTED,
        )
        for each in ordered
    )


def public_facts(entry: Entry) -> dict[str, Any]:
    """Return what the history keeps of an entry: the record without evidence, jurisdiction and aliases."""
    return {name: value for name, value in _entry(entry, ()).items() if name in _FACTS}


def _entry(entry: Entry, aliases: Sequence[Alias]) -> dict[str, Any]:
    """Return the object of a line, its keys sorted."""
    return {
        "alias_sha256": _hidden(aliases) if aliases else (),
        "aliases": sorted(each.expression for each in aliases if not each.sensitive) if aliases else (),
        "category": entry.category,
        "clause": entry.clause,
        "decided_by": entry.decided_by,
        "evidence": [
            {"excerpt": each.excerpt, "kind": each.kind, "rule": each.rule} for each in entry.evidence
        ],
        "evidence_digest": entry.evidence_digest,
        "expires_at": entry.expires_at,
        "expression": None if entry.sensitive else entry.expression,
        "first_seen": entry.first_seen,
        "grade": entry.grade,
        "host": entry.host,
        "id": entry.id,
        "jurisdiction": entry.jurisdiction,
        "key_sha256": key_hash(entry.expression).hex() if entry.sensitive else None,
        "listed_at": entry.listed_at,
        "policy": entry.policy,
        "scope": entry.scope,
        "sensitive": entry.sensitive,
        "verified_at": entry.verified_at,
    }


def _hidden(aliases: Iterable[Alias]) -> list[str]:
    return sorted(key_hash(each.expression).hex() for each in aliases if each.sensitive)


def parse_entries(data: bytes, name: str = ENTRIES) -> Iterator[Record]:
    """Read ``entries.jsonl``, or a file called ``name``; raise FormatError naming the line."""
    for number, _, value in lines_of(data, name):
        try:
            yield record_of(value)
        except (KeyError, TypeError, ValueError) as problem:
            raise FormatError(f"{name} line {number}: not an entry ({problem})") from problem


def record_of(value: Any) -> Record:
    """Return the record that the JSON object ``value`` is; raise KeyError, TypeError or ValueError."""
    return Record(
        id=value["id"],
        scope=Scope(value["scope"]),
        expression=value["expression"],
        key_sha256=value["key_sha256"] or "",
        host=value["host"],
        category=value["category"],
        grade=value["grade"],
        clause=value["clause"],
        listed_at=datetime.fromisoformat(value["listed_at"]),
        verified_at=datetime.fromisoformat(value["verified_at"]),
        expires_at=datetime.fromisoformat(value["expires_at"]),
        aliases=tuple(value["aliases"]),
        alias_sha256=tuple(value["alias_sha256"]),
    )


def parse_tombstones(data: bytes) -> Iterator[Tombstone]:
    """Read ``tombstones.jsonl``; raise FormatError naming the line."""
    for number, _, value in lines_of(data, TOMBSTONES):
        try:
            yield Tombstone(
                id=value["id"],
                listed_at=datetime.fromisoformat(value["listed_at"]),
                removed_at=datetime.fromisoformat(value["removed_at"]),
                reason=value["reason"],
            )
        except (KeyError, TypeError, ValueError) as problem:
            raise FormatError(f"{TOMBSTONES} line {number}: not a tombstone ({problem})") from problem


def facts_of(entries: bytes) -> Iterator[dict[str, Any]]:
    """Give what the history keeps of each line of ``entries.jsonl``; raise FormatError naming the line."""
    for _, _, value in lines_of(entries):
        yield {name: value.get(name) for name in FACTS}


def lines_of(data: bytes, name: str = ENTRIES) -> Iterator[tuple[int, int, Any]]:
    """Give number, offset in bytes and value of each line; raise FormatError naming what is not JSON."""
    offset = 0
    for number, line in enumerate(BytesIO(data), start=1):
        if line != b"\n":
            try:
                yield number, offset, orjson.loads(line)
            except orjson.JSONDecodeError as problem:
                raise FormatError(f"{name} line {number}: not JSON ({problem})") from problem
        offset += len(line)
