"""What is logged: a line that stays for good, and a body that may be erased without breaking any proof.

::

    {"at":"2026-03-01T12:00:00Z","commitment":"9f86…","entry":"LG-4QJ7ZC2MXA","kind":"listed","serial":42}

``commitment`` is SHA-256(salt, body): the body is the entry as the list says it, the salt 16 secret bytes.
Both are published beside the log and erased when the entry leaves the list; what stays says that something
was listed under this id, when, and nothing of what it was. Kinds: ``listed``, ``verified`` (again),
``changed`` (in scope, category or grade), ``removed``; and without an entry ``audited``, which commits to all
that people did until then, and ``released``, which commits to the manifest.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from blocklist.model import Entry, Release, Tombstone

LISTED, VERIFIED, CHANGED, REMOVED, AUDITED, RELEASED = KINDS = (
    "listed",
    "verified",
    "changed",
    "removed",
    "audited",
    "released",
)
WHOLE = (AUDITED, RELEASED)
"""Kinds that are about no entry."""
SALT_BYTES = 16
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the log, with what it commits to."""

    leaf: bytes
    """The line, as it is hashed."""
    kind: str
    entry: str
    """Id; empty: the event is of the whole list."""
    salt: bytes
    """Empty: erased."""
    body: bytes
    """JSON; empty: erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What of the log so far decides what is said next: little, where the log itself may be gigabytes."""

    length: int
    """Events."""
    last: Mapping[str, tuple[int, bytes]]
    """By the id of each entry that is listed: the number of what was said last of it, and its digest."""
    body: Callable[[int], bytes]
    """Gives what the event of that number says."""
    audit: bytes
    """What was said last of what people did; empty: nothing."""


def past_of(events: Iterable[Event], body: Callable[[int], bytes]) -> Past:
    """Return the past that ``events`` are, gone through once; ``body`` gives that of a number."""
    length, last, audit = 0, dict[str, tuple[int, bytes]](), b""
    for number, event in enumerate(events):
        length = number + 1
        if event.kind == REMOVED:
            last.pop(event.entry, None)
        elif event.entry:
            last[event.entry] = number, _digest(event.body)
        elif event.kind == AUDITED:
            audit = event.body
    return Past(length=length, last=last, body=body, audit=audit)


Salt = Callable[[str], bytes]
"""Gives ``SALT_BYTES`` secret bytes for a context, the same for the same: a release can be repeated."""


def events_of(
    entries: Sequence[Entry],
    tombstones: Iterable[Tombstone],
    release: Release,
    *,
    said: Callable[[Entry], dict[str, Any]],
    before: Past,
    salt: Salt,
    audited: tuple[int, bytes] = (0, b""),
) -> Iterator[Event]:
    """Give what a release adds to the log: removals, listings, changes, and itself at the end.

    ``said`` is how the list says an entry in public, ``before`` the log so far, ``audited`` how many lines
    the audit log has, and the digest of them all; where that has grown, the log says it.
    """
    make = _Maker(release.serial, before.length, salt)
    known = before.last
    gone = known.keys() - {entry.id for entry in entries}
    for buried in sorted(tombstones, key=lambda each: (each.removed_at, each.id)):
        if buried.id in gone:
            body = {"id": buried.id, "listed_at": buried.listed_at, "reason": buried.reason}
            yield make.event(REMOVED, buried.removed_at, body, buried.id)
    for entry in sorted(entries, key=lambda each: (each.listed_at, each.id)):
        if entry.id not in known:
            yield make.event(LISTED, entry.listed_at, said(entry), entry.id)
    for entry in sorted(entries, key=lambda each: (each.verified_at, each.id)):
        number, digest = known.get(entry.id, (-1, b""))
        if digest and _digest(_written(said(entry))) != digest:
            verified = orjson.loads(before.body(number))["verified_at"]
            is_newer = entry.verified_at > dt.datetime.fromisoformat(verified)
            yield make.event(VERIFIED if is_newer else CHANGED, entry.verified_at, said(entry), entry.id)
    acts = {"lines": audited[0], "chain": audited[1].hex()}
    if audited[0] and _written(acts) != before.audit:
        yield make.event(AUDITED, release.issued_at, acts, "")
    body = {"serial": release.serial, "manifest": release.digest}
    yield make.event(RELEASED, release.issued_at, body, "")


def standing(events: Iterable[Event]) -> dict[str, Event]:
    """Return the entries that are listed at the end of ``events``, each with the last that was said of it."""
    found: dict[str, Event] = {}
    for event in events:
        if event.kind == REMOVED:
            found.pop(event.entry, None)
        elif event.entry:
            found[event.entry] = event
    return found


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def erased(events: Iterable[Event], entries: Iterable[str]) -> Iterator[Event]:
    """Give ``events`` without the bodies of the ``entries`` that left; that they were removed is kept."""
    gone = set(entries)
    for event in events:
        if event.entry in gone and event.kind != REMOVED:
            yield Event(leaf=event.leaf, kind=event.kind, entry=event.entry, salt=b"", body=b"")
        else:
            yield event


def commitment(salt: bytes, body: bytes) -> str:
    """Return what a leaf says of its body."""
    return hashlib.sha256(salt + body).hexdigest()


def opens(event: Event) -> bool:
    """Tell whether an event's body is the one that its line commits to; an erased one says nothing."""
    return not event.body or orjson.loads(event.leaf)["commitment"] == commitment(event.salt, event.body)


def _written(body: Mapping[str, Any]) -> bytes:
    return orjson.dumps(body, option=_OPTIONS)


class _Maker:
    """Makes the events of one release, in order."""

    def __init__(self, serial: int, length: int, salt: Salt) -> None:
        self._serial = serial
        self._next = length
        self._salt = salt

    def event(self, kind: str, at: dt.datetime, body: Mapping[str, Any], entry: str) -> Event:
        said = _written(body)
        salt = self._salt(f"{self._next}/{kind}/{entry}/{self._serial}")[:SALT_BYTES]
        line: dict[str, Any] = {
            "at": at.replace(microsecond=0),
            "commitment": commitment(salt, said),
            "kind": kind,
            "serial": self._serial,
        }
        if entry:
            line["entry"] = entry
        self._next += 1
        return Event(leaf=orjson.dumps(line, option=_OPTIONS), kind=kind, entry=entry, salt=salt, body=said)
