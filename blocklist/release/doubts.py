"""Every field of the record doubted: what a reader would otherwise take on trust.

That a line parses and that the files agree with each other is left to ``contents``. What cannot be known from
a list is not asked: whether a digest of hidden evidence or of a hidden address is the right one.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import orjson

from blocklist.errors import UrlError
from blocklist.formats.records import ENTRIES, TOMBSTONES, lines_of
from blocklist.model import EvidenceKind, ListKey, RemovalReason, Scope
from blocklist.release.manifest import is_digest
from blocklist.scopes import key_host
from blocklist.urls import list_key, parse_url

_ID = re.compile(r"LG-[A-Z2-7]{10}")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_GRADES = range(1, 5)
# Tuples, here and below: a field may hold what has no hash.
_DECIDERS = ("machine", "moderator")


def doubts(entries: bytes, tombstones: bytes, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Give each line of the record that is not what this list writes.

    Both have been parsed by ``records``, ``manifest`` by ``parse_manifest``.
    """
    issued = dt.datetime.fromisoformat(manifest["issued_at"])
    for name, data, wrong_in in ((ENTRIES, entries, _wrong), (TOMBSTONES, tombstones, _wrong_tombstone)):
        for number, line in enumerate(BytesIO(data), start=1):
            if line.rstrip(b"\n") and (wrong := ", ".join(wrong_in(orjson.loads(line), issued))):
                yield f"{name} line {number}: not what this list writes ({wrong})"


def miscounts(entries: bytes, tombstones: bytes, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Give what the manifest counts otherwise than the record, of which nothing is in doubt."""
    fields = {"by_category": "category", "by_grade": "grade", "by_scope": "scope"}
    found: dict[str, Counter[str]] = {name: Counter() for name in fields}
    aliases, counts = 0, manifest["counts"]
    for _, _, entry in lines_of(entries):  # one at a time: a million of them are gigabytes
        aliases += len(entry["aliases"]) + len(entry["alias_sha256"])
        for name, field in fields.items():
            found[name][str(entry[field])] += 1
    for name, tally in found.items():
        if tally != counts[name]:
            yield f"{ENTRIES}: holds other entries {name.replace('_', ' ')} than the manifest counts"
    if aliases != counts["aliases"]:
        yield f"{ENTRIES}: holds other aliases than the manifest's {counts['aliases']}"
    if sum(1 for line in tombstones.split(b"\n") if line) != counts.get("tombstones"):
        yield f"{TOMBSTONES}: holds other removals than the manifest counts"


def _wrong(entry: Mapping[str, Any], issued: dt.datetime) -> Iterator[str]:
    """Name the fields that do not hold what the list writes."""
    if not _matches(_ID, entry["id"]):
        yield "id"
    if not _matches(_SLUG, entry["category"]):
        yield "category"
    if type(entry["grade"]) is not int or entry["grade"] not in _GRADES:
        yield "grade"
    if entry.get("decided_by") not in _DECIDERS:
        yield "decided_by"
    for name in ("evidence_digest", "policy"):
        if not is_digest(entry.get(name)):
            yield name
    if not _is_evidence(entry.get("evidence")):
        yield "evidence"
    yield from _wrong_address(entry)
    times = _times(entry, "listed_at", "verified_at", "expires_at")
    # A visit may be later than the release's moment, which the publisher may set (SOURCE_DATE_EPOCH).
    if times is None or times[0] > issued or times[2] <= times[0]:
        yield "times"


def _wrong_tombstone(buried: Mapping[str, Any], issued: dt.datetime) -> Iterator[str]:
    if not _matches(_ID, buried["id"]):
        yield "id"
    if buried["reason"] not in tuple(RemovalReason):
        yield "reason"
    times = _times(buried, "listed_at", "removed_at")
    if times is None or not times[0] <= times[1] <= issued:
        yield "times"


def _times(record: Mapping[str, Any], *names: str) -> list[dt.datetime] | None:
    """Return the times of those names; None: one has no offset."""
    found = [dt.datetime.fromisoformat(record[name]) for name in names]
    return None if any(each.tzinfo is None for each in found) else found


def _wrong_address(entry: Mapping[str, Any]) -> Iterator[str]:
    expression, hidden = entry["expression"], entry.get("sensitive")
    if type(hidden) is not bool or hidden != (expression is None):
        yield "sensitive"
    if not (is_digest(entry["key_sha256"]) if expression is None else entry["key_sha256"] is None):
        yield "key_sha256"
    host = entry["host"]
    if expression is None:
        if not _is_key(f"{host}/") or "/" in host:
            yield "host"
    elif not _is_key(expression) or not _fits(Scope(entry["scope"]), expression):
        yield "expression"
    elif host != key_host(ListKey(expression)):
        yield "host"
    if not all(map(_is_key, entry["aliases"])):
        yield "aliases"
    if not all(map(is_digest, entry["alias_sha256"])):
        yield "alias_sha256"


def _fits(scope: Scope, expression: str) -> bool:
    """Tell whether an expression is one that such a scope can have."""
    if scope is Scope.URL:
        return True
    path = expression.partition("/")[2]
    return expression.endswith("/") and "?" not in path and (scope is Scope.PATH or not path)


def _is_key(value: object) -> bool:
    """Tell whether ``value`` is a list key, in the one way of writing it."""
    if not isinstance(value, str):
        return False
    try:
        return list_key(parse_url(f"http://{value}")) == value
    except UrlError:
        return False


def _is_evidence(value: object) -> bool:
    kinds = tuple(EvidenceKind)
    return isinstance(value, Sequence) and all(
        isinstance(each, dict)
        and each.get("kind") in kinds
        and all(isinstance(each.get(name), str) for name in ("rule", "excerpt"))
        for each in value
    )


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
