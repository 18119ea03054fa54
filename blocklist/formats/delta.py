"""``delta/000041.json``: what leads from release 41 to this one, as a JSON Patch (RFC 6902).

::

    {"from":{"entries":"9f86…","serial":41},"patch":[{"op":"remove","path":"/LG-2ZC4QJ7MXB"},
     {"op":"add","path":"/LG-4QJ7ZC2MXA","value":{…}}],"to":{"entries":"2c26…","serial":42}}

The document that is patched is ``entries.jsonl`` as one object, each line under its entry's id; written back
by id, one line each, it is the newer file to the byte, which ``entries`` (SHA-256 of the file) shows. So the
manifest need not name the deltas: who applies one compares the result with what the manifest says of
``entries.jsonl``. The deltas of a release follow from those of the release before and one step more.
"""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson

from blocklist.errors import FormatError
from blocklist.formats.records import ENTRIES, lines_of

FOLDER = "delta/"
KEPT = 30
"""Releases back from which a delta leads here; a reader who missed more takes the whole file."""
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
ADD, REPLACE, REMOVE = OPS = ("add", "replace", "remove")
Steps = Mapping[str, tuple[str, bytes]]
"""By id: ``add``, ``replace`` or ``remove``, and the entry's line (``remove``: empty)."""
_NOTHING = ""
_COMPOSED = {
    (ADD, REPLACE): ADD,
    (ADD, REMOVE): _NOTHING,
    (REPLACE, REPLACE): REPLACE,
    (REPLACE, REMOVE): REMOVE,
    (REMOVE, ADD): REPLACE,
}
"""What two steps on one entry come to; others do not follow on each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One release's list."""

    serial: int
    entries: str
    """SHA-256 of ``entries.jsonl``, hex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What leads from one list to another."""

    before: State
    after: State
    steps: Steps


def delta_name(serial: int) -> str:
    """Return the name within ``list/`` of the delta from the release ``serial``."""
    return f"{FOLDER}{serial:06}.json"


def entry_lines(entries: bytes) -> dict[str, bytes]:
    """Return the lines of ``entries.jsonl`` by id, without their ends; raises FormatError."""
    lines = {}
    raw = entries.split(b"\n")
    for number, _, value in lines_of(entries):
        try:
            lines[value["id"]] = raw[number - 1]
        except (KeyError, TypeError) as problem:
            raise FormatError(f"{ENTRIES} line {number}: not an entry ({problem})") from problem
    return lines


def difference(old: Iterable[bytes], new: Iterable[bytes]) -> Steps:
    """Return what leads from the lines of one ``entries.jsonl`` to those of another, each with its end.

    Both go by id, so one pass over the two finds it, and only lines that differ are read. Raises FormatError.
    """
    steps: dict[str, tuple[str, bytes]] = {}
    olds, news = iter(old), iter(new)
    was, line = next(olds, b""), next(news, b"")
    while was or line:
        if was == line:
            was, line = next(olds, b""), next(news, b"")
            continue
        gone, name = _id(was), _id(line)
        if name is None or (gone is not None and gone < name):
            assert gone is not None
            steps[gone] = (REMOVE, b"")
            was = next(olds, b"")
        else:
            steps[name] = (REPLACE if gone == name else ADD, line.removesuffix(b"\n"))
            if gone == name:
                was = next(olds, b"")
            line = next(news, b"")
    return steps


def _id(line: bytes) -> str | None:
    """Return the id of the entry in ``line``; None: there is no line."""
    if not line:
        return None
    try:
        return str(orjson.loads(line)["id"])
    except (KeyError, TypeError, ValueError) as problem:
        raise FormatError(f"{ENTRIES}: holds a line that is no entry ({problem})") from problem


def then(first: Delta, second: Delta) -> Delta:
    """Return what both steps come to; the one must end where the other begins.

    Raises FormatError where a step of the second cannot follow on one of the first.
    """
    assert first.after == second.before
    steps = dict(first.steps)
    for name, (op, line) in second.steps.items():
        if name not in steps:
            steps[name] = (op, line)
        elif (both := _COMPOSED.get((steps[name][0], op))) is None:
            raise FormatError(f"{delta_name(first.before.serial)}: cannot {op} {name[:32]} afterwards")
        elif both:
            steps[name] = (both, line)
        else:
            del steps[name]
    return Delta(before=first.before, after=second.after, steps=steps)


def write_delta(delta: Delta) -> bytes:
    """Write the file."""
    patch = [_said(name, op, line) for name, (op, line) in sorted(delta.steps.items())]
    said = {"from": _state(delta.before), "patch": patch, "to": _state(delta.after)}
    return orjson.dumps(said, option=_OPTIONS)


def parse_delta(data: bytes, name: str) -> Delta:
    """Read a delta; raises FormatError naming the step that is none."""
    try:
        said = orjson.loads(data)
        ends = [
            State(serial=int(said[end]["serial"]), entries=str(said[end]["entries"]))
            for end in ("from", "to")
        ]
        patch = list(said["patch"])
    except (KeyError, TypeError, ValueError) as problem:
        raise FormatError(f"{name}: is not a delta ({problem})") from problem
    steps: dict[str, tuple[str, bytes]] = {}
    for number, step in enumerate(patch):
        try:
            op, path = step["op"], str(step["path"]).removeprefix("/")
            value = b"" if op == REMOVE else orjson.dumps(step["value"], option=orjson.OPT_SORT_KEYS)
        except (KeyError, TypeError, ValueError) as problem:
            raise FormatError(f"{name}: patch[{number}] is no step ({problem})") from problem
        if op not in OPS or not path or "/" in path or path in steps:
            raise FormatError(f"{name}: patch[{number}] is no step of this list")
        steps[path] = (op, value)
    return Delta(before=ends[0], after=ends[1], steps=steps)


def apply_delta(entries: bytes, delta: Delta, name: str) -> bytes:
    """Return the newer ``entries.jsonl``, from ``entries``, the older one; ``name`` is the delta's in errors.

    Raises FormatError where the delta does not fit or does not lead to what it names.
    """
    if hashlib.sha256(entries).hexdigest() != delta.before.entries:
        raise FormatError(f"{name}: does not lead from this {ENTRIES}; take the whole file")
    lines = entry_lines(entries)
    for each, (op, line) in delta.steps.items():
        if (each in lines) is (op == ADD):
            raise FormatError(f"{name}: cannot {op} {each[:32]}; take the whole file")
        if op == REMOVE:
            del lines[each]
        else:
            lines[each] = line
    found = joined(lines)
    if hashlib.sha256(found).hexdigest() != delta.after.entries:
        raise FormatError(f"{name}: does not lead to the {ENTRIES} that it names; take the whole file")
    return found


def joined(lines: Mapping[str, bytes]) -> bytes:
    """Return the file of lines by id."""
    return b"".join(line + b"\n" for _, line in sorted(lines.items()))


def deltas_from(earlier: Iterable[Delta], before: State, after: State, steps: Steps) -> list[Delta]:
    """Return the deltas to the release ``after``, the nearest first.

    ``steps`` lead there from ``before``, the release before, and ``earlier`` are the deltas that led to it;
    one that cannot be right is left out.
    """
    step = Delta(before=before, after=after, steps=steps)
    led = sorted((each for each in earlier if each.after == before), key=lambda each: -each.before.serial)
    found = [step]
    for each in led:
        with suppress(FormatError):
            found.append(then(each, step))
    return found[:KEPT]


def _said(name: str, op: str, line: bytes) -> dict[str, Any]:
    said: dict[str, Any] = {"op": op, "path": f"/{name}"}
    return said if op == REMOVE else said | {"value": orjson.Fragment(line)}


def _state(state: State) -> dict[str, Any]:
    return {"entries": state.entries, "serial": state.serial}
