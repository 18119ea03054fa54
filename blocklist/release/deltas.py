"""The deltas of a release: made from the release before where it lies, and doubted when read back."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from blocklist.errors import FormatError
from blocklist.formats.delta import (
    ADD,
    FOLDER,
    REMOVE,
    REPLACE,
    Delta,
    State,
    Steps,
    delta_name,
    deltas_from,
    difference,
    entry_lines,
    parse_delta,
    write_delta,
)
from blocklist.formats.records import ENTRIES, MANIFEST, entry_line
from blocklist.release.changes import Change
from blocklist.release.digest import sha256
from blocklist.release.digester import is_as_said
from blocklist.release.packed import is_packed, packings
from blocklist.release.splice import Numbers, OldFile, ends


def steps_of(change: Change, before: OldFile, lines: Numbers) -> Steps:
    """Return what ``change`` comes to; ``before`` is the old file, of ``lines`` so many bytes long."""
    new, begins = change.new, ends(lines)
    left = {change.old.ids[number]: number for number in change.left}
    steps: dict[str, tuple[str, bytes]] = {}
    for entry in (new.entries[number] for number in change.entered):
        line, number = entry_line(entry, new.leading.get(entry.id, ())), left.pop(entry.id, None)
        if number is None:
            steps[entry.id] = ADD, line.removesuffix(b"\n")
        elif line != b"".join(map(bytes, before.read(begins[number], begins[number + 1]))):
            steps[entry.id] = REPLACE, line.removesuffix(b"\n")
    return steps | dict.fromkeys(left, (REMOVE, b""))


def delta_files(
    before: Path | None, serial: int, folder: Path, digest: str, steps: Steps | None = None
) -> Iterator[tuple[str, bytes]]:
    """Give name within ``list/`` and bytes of each delta to the release ``serial``.

    Its entries lie in ``folder``, with that SHA-256. ``before`` is the folder of the release that readers
    see; None: there is none, and so no delta. ``steps`` lead from its entries to these; None: they are to be
    found.
    """
    if before is None:
        return
    said = orjson.loads((before / "list" / MANIFEST).read_bytes())
    last = State(serial=said["serial"], entries=said["files"][ENTRIES]["sha256"])
    now = State(serial=serial, entries=digest)
    if steps is None:
        if not is_as_said(before / "list" / ENTRIES, last.entries):
            return  # altered since: there is nothing to lead on from
        with (before / "list" / ENTRIES).open("rb") as old, (folder / ENTRIES).open("rb") as new:
            steps = difference(old, new)
    for delta in deltas_from(_earlier(before / "list"), last, now, steps):
        name, data = delta_name(delta.before.serial), write_delta(delta)
        yield name, data
        yield from ((name + suffix, packed) for suffix, packed in packings(data))


def delta_problems(data: Mapping[str, bytes], serial: int, entries: bytes) -> Iterator[str]:
    """Give what is wrong with the deltas in ``data``: they must lead to this release and say its entries."""
    names = [name for name in sorted(data) if name.startswith(FOLDER) and not is_packed(name)]
    if not names:
        return
    now, lines = State(serial=serial, entries=sha256(entries)), entry_lines(entries)
    for name in names:
        try:
            delta = parse_delta(data[name], name)
        except FormatError as problem:
            yield str(problem)
            continue
        if delta.after != now or name != delta_name(delta.before.serial):
            yield f"{name}: does not lead to this release"
        elif wrong := [each for each, step in delta.steps.items() if not _is_said(step, lines.get(each))]:
            yield f"{name}: says otherwise of {wrong[0]} than {ENTRIES}"


def _is_said(step: tuple[str, bytes], line: bytes | None) -> bool:
    op, value = step
    return line is None if op == REMOVE else line == value


def _earlier(folder: Path) -> Iterator[Delta]:
    for path in sorted((folder / FOLDER).glob("*.json")):
        try:
            delta = parse_delta(path.read_bytes(), str(path))
        except FormatError:
            continue  # altered since: who would have needed it takes the whole list
        yield delta
