"""``history/``: a release's log as static files.

::

    history/checkpoint              how far it has come, signed
    history/checkpoints/000042      the checkpoint of release 42, as it was
    history/tile/…                  C2SP tlog-tiles
    history/bodies/000.jsonl        what the first 256 lines commit to: {"body":{…},"index":0,"salt":"…"}
                                    or {"erased":true,"index":0}

The checkpoint of a release covers the release itself: its last line commits to the manifest.
"""

from collections.abc import Iterator, Mapping, Sequence

import orjson

from blocklist.history.events import REMOVED, Event
from blocklist.history.merkle import leaf_hash, root_of
from blocklist.history.note import CHECKPOINT, Checkpoint, write_checkpoint
from blocklist.history.tiles import WIDTH, tile_files

FOLDER = "history/"
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


def origin_of(base_url: str) -> str:
    """Return the log's name: the address of its folder without the scheme; of a site without one, ours."""
    address = base_url.partition("://")[2].strip("/") or "linkgazette"
    return f"{address}/history"


def checkpoint_of(events: Sequence[Event], origin: str) -> Checkpoint:
    """Return how far the log of ``events`` has come."""
    root = root_of([leaf_hash(event.leaf) for event in events])
    return Checkpoint(origin=origin, size=len(events), root=root)


def history_files(
    events: Sequence[Event],
    serial: int,
    *,
    origin: str,
    seed: bytes | None,
    earlier: Mapping[int, bytes],
) -> Iterator[tuple[str, bytes]]:
    """Give path and bytes of every file of ``history/`` for the release ``serial``, checkpoint last.

    ``seed`` is the signing key's (None: nobody signs), ``earlier`` the checkpoints of the releases before.
    """
    for path, data in tile_files([event.leaf for event in events]):
        yield FOLDER + path, data
    for number in range(0, len(events), WIDTH):
        yield body_path(number // WIDTH), _bodies(events[number : number + WIDTH], number)
    now = write_checkpoint(checkpoint_of(events, origin), seed)
    for each, data in sorted({**earlier, serial: now}.items()):
        yield f"{FOLDER}checkpoints/{each:06}", data
    yield FOLDER + CHECKPOINT, now


def body_path(number: int) -> str:
    """Return the path of the bodies of the tile of that number."""
    return f"{FOLDER}bodies/{number:03}.jsonl"


def said_in(events: Sequence[Event]) -> dict[str, str]:
    """Return by entry that is listed the path of the bodies in which the last that was said of it stands."""
    found: dict[str, str] = {}
    for index, event in enumerate(events):
        if event.kind == REMOVED:
            found.pop(event.entry, None)
        elif event.entry:
            found[event.entry] = body_path(index // WIDTH)
    return found


def _bodies(events: Sequence[Event], start: int) -> bytes:
    return b"".join(_line(event, index) for index, event in enumerate(events, start))


def _line(event: Event, index: int) -> bytes:
    if not event.body:
        return orjson.dumps({"erased": True, "index": index}, option=_OPTIONS)
    said = {"body": orjson.Fragment(event.body), "index": index, "salt": event.salt.hex()}
    return orjson.dumps(said, option=_OPTIONS)
