"""Take a release's ``history/`` apart and doubt it: tiles, bodies, checkpoints, and the list (pure).

What a reader holds from before (a checkpoint, any one) must be a beginning of what is shown now: a past that
was rewritten cannot have the same root, whoever signs it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from blocklist.errors import FormatError, VerificationError
from blocklist.history.events import KINDS, RELEASED, REMOVED, WHOLE, Event, opens, standing
from blocklist.history.log import FOLDER, body_path
from blocklist.history.merkle import leaf_hash, root_of, roots_at
from blocklist.history.note import CHECKPOINT, Checkpoint, check_signature, parse_checkpoint
from blocklist.history.tiles import WIDTH, entry_tiles, parse_entries, tile_files

MAX_SERIAL = 2**32 - 1
Read = Callable[[str], bytes | None]
"""Gives a file of the release by its path; None: it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What an audit found."""

    checkpoint: Checkpoint | None
    """None: there is none to be read."""
    problems: tuple[str, ...]


def audit(
    read: Read,
    *,
    serial: int,
    manifest: str,
    entries: Iterable[Mapping[str, Any]],
    public: bytes | None,
    since: Mapping[str, Checkpoint] | None = None,
) -> Audited:
    """Check the history of the release ``serial``, whose manifest has the digest ``manifest``.

    ``entries`` are the list's facts as JSON has them; ``public`` is the key that signs (None: nobody does);
    ``since`` are checkpoints that the reader holds, by what to call them.
    """
    checkpoint: Checkpoint | None = None
    problems: list[str] = []
    try:
        raw = _must(read, CHECKPOINT)
        checkpoint = parse_checkpoint(raw, FOLDER + CHECKPOINT)
        if public is not None:
            check_signature(raw, public, FOLDER + CHECKPOINT)
        leaves = list(_leaves(read, checkpoint.size))
        hashes = [leaf_hash(leaf) for leaf in leaves]
        problems += _tiles(read, leaves, hashes, checkpoint)
        problems += _past(read, hashes, checkpoint, since or {})
        events = list(_events(read, leaves))
        problems += _says(events, serial, manifest)
        problems += _agrees(events, entries)
    except (FormatError, VerificationError) as problem:
        problems.append(str(problem))
    return Audited(checkpoint=checkpoint, problems=tuple(problems))


def _must(read: Read, path: str) -> bytes:
    data = read(FOLDER + path)
    if data is None:
        raise FormatError(f"{FOLDER}{path}: is missing")
    return data


def _leaves(read: Read, size: int) -> Iterator[bytes]:
    for path in entry_tiles(size):
        yield from parse_entries(_must(read, path), FOLDER + path)


def _tiles(
    read: Read, leaves: Sequence[bytes], hashes: Sequence[bytes], checkpoint: Checkpoint
) -> Iterator[str]:
    if len(leaves) != checkpoint.size or root_of(hashes) != checkpoint.root:
        yield f"{FOLDER}{CHECKPOINT}: commits to other entries than {FOLDER}tile/entries holds"
        return
    for path, data in tile_files(leaves):
        if _must(read, path) != data:
            yield f"{FOLDER}{path}: is not the tile of these entries"


def _past(
    read: Read, hashes: Sequence[bytes], checkpoint: Checkpoint, since: Mapping[str, Checkpoint]
) -> Iterator[str]:
    """Compare with every checkpoint that was ever shown."""
    told = dict(since)
    told[FOLDER + CHECKPOINT] = checkpoint
    for serial in _released(read, hashes):
        name = f"checkpoints/{serial:06}"
        told[FOLDER + name] = parse_checkpoint(_must(read, name), FOLDER + name)
    roots = roots_at(hashes, {then.size for then in told.values()})
    for name, then in told.items():
        if then.size not in roots:
            yield f"{name}: was of {then.size} events, of which {len(hashes)} are left: a history cut short"
        elif roots[then.size] != then.root:
            yield f"{name}: its {then.size} events are not those of this history: the past was rewritten"


def _released(read: Read, hashes: Sequence[bytes]) -> Iterator[int]:
    """Give the serial of each release that the log says."""
    for leaf in _leaves(read, len(hashes)):
        line = parse_line(leaf)
        if line["kind"] == RELEASED:
            yield line["serial"]


def _events(read: Read, leaves: Sequence[bytes]) -> Iterator[Event]:
    for number in range(0, len(leaves), WIDTH):
        path = body_path(number // WIDTH)
        data = read(path)
        lines = [] if data is None else data.splitlines()
        chosen = leaves[number : number + WIDTH]
        if len(lines) != len(chosen):
            raise FormatError(f"{path}: does not hold a line for each of {len(chosen)} events")
        for index, (leaf, line) in enumerate(zip(chosen, lines, strict=True), start=number):
            event = _event(leaf, line, index, path)
            if not opens(event):
                raise FormatError(f"{path}: event {index} commits to another body")
            yield event


def _event(leaf: bytes, line: bytes, index: int, path: str) -> Event:
    said = parse_line(leaf)
    try:
        beside = orjson.loads(line)
        is_erased = beside.get("erased") is True
        salt = b"" if is_erased else bytes.fromhex(beside["salt"])
        body = b"" if is_erased else orjson.dumps(beside["body"], option=orjson.OPT_SORT_KEYS)
        if beside["index"] != index:
            raise ValueError("another index")  # noqa: TRY301 - one place says what is wrong
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise FormatError(f"{path}: the line of event {index} is none ({problem})") from problem
    return Event(leaf=leaf, kind=said["kind"], entry=said.get("entry", ""), salt=salt, body=body)


def parse_line(leaf: bytes) -> dict[str, Any]:
    """Return what a line of the log says; raises FormatError for what is no line."""
    try:
        said = orjson.loads(leaf)
        if _is_line(said):
            return dict(said)
    except (AttributeError, KeyError, TypeError, ValueError):
        pass
    raise FormatError(f"{FOLDER}tile/entries: holds a line that is no event")


def _is_line(said: Mapping[str, Any]) -> bool:
    kind, serial, entry = said["kind"], said["serial"], said.get("entry", "")
    is_serial = type(serial) is int and 0 < serial <= MAX_SERIAL
    is_about = isinstance(entry, str) and bool(entry) is (kind not in WHOLE)
    return kind in KINDS and is_serial and is_about and isinstance(said["commitment"], str)


def _says(events: Sequence[Event], serial: int, manifest: str) -> Iterator[str]:
    """Compare the last event with the release that it should be."""
    last = events[-1] if events else None
    body = orjson.loads(last.body or b"{}") if last else {}
    if last is None or last.kind != RELEASED or body != {"serial": serial, "manifest": manifest}:
        yield f"{FOLDER}{CHECKPOINT}: its last event is not release {serial} with this manifest"


def _agrees(events: Sequence[Event], entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Compare what stands at the end of the log with the list."""
    known = {name: orjson.loads(event.body or b"{}") for name, event in standing(events).items()}
    listed = {str(entry["id"]): entry for entry in entries}
    for name in sorted(known.keys() | listed.keys()):
        if known.get(name) != listed.get(name):
            what = "is listed" if name in listed else "is not listed"
            yield f"{FOLDER}: says otherwise of {name}, which {what}"
            return
    removed = {event.entry for event in events if event.kind == REMOVED}
    if kept := [
        event.entry for event in events if event.entry in removed and event.kind != REMOVED and event.body
    ]:
        yield f"{FOLDER}: still holds what was said of {kept[0]}, which was removed"
