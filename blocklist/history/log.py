"""``history/``: a release's log as static files.

::

    history/checkpoint              how far it has come, signed
    history/checkpoints/000042      the checkpoint of release 42, as it was
    history/tile/…                  C2SP tlog-tiles
    history/bodies/000.jsonl        what the first 256 lines commit to: {"body":{…},"index":0,"salt":"…"}
                                    or {"erased":true,"index":0}

The checkpoint of a release covers the release itself: its last line commits to the manifest.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

import orjson

from blocklist.history.events import REMOVED, Event
from blocklist.history.merkle import leaf_hash, root_of
from blocklist.history.note import CHECKPOINT, Checkpoint, write_checkpoint
from blocklist.history.tiles import WIDTH, entry_tile, hash_tiles

FOLDER = "history/"
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


def origin_of(base_url: str) -> str:
    """Return the log's name: the address of its folder without the scheme; of a site without one, ours."""
    address = base_url.partition("://")[2].strip("/") or "linkgazette"
    return f"{address}/history"


class Log:
    """A log of which no more is held than the hashes of its lines and where each entry stands."""

    def __init__(self, events: Callable[[], Iterable[Event]], origin: str, seed: bytes | None) -> None:
        """``events`` gives them anew, oldest first; ``seed`` is the signing key's, None: nobody signs."""
        self._events = events
        self._hashes: list[bytes] = []
        self.said: dict[str, str] = {}
        """By entry that is listed the path of the bodies in which the last that was said of it stands."""
        path = ""
        for index, event in enumerate(events()):
            self._hashes.append(leaf_hash(event.leaf))
            path = body_path(index // WIDTH) if index % WIDTH == 0 else path
            if event.kind == REMOVED:
                self.said.pop(event.entry, None)
            elif event.entry:
                self.said[event.entry] = path
        reached = Checkpoint(origin=origin, size=len(self._hashes), root=root_of(self._hashes))
        self.checkpoint = write_checkpoint(reached, seed)
        """How far it has come."""

    def files(self, serial: int, earlier: Mapping[int, bytes]) -> Iterator[tuple[str, bytes]]:
        """Give path and bytes of every file of ``history/`` for the release ``serial``, checkpoint last.

        ``earlier`` are the checkpoints of the releases before.
        """
        events = iter(self._events())
        number = 0
        while group := list(islice(events, WIDTH)):
            path, data = entry_tile(number, [event.leaf for event in group])
            yield FOLDER + path, data
            yield body_path(number), _bodies(group, number * WIDTH)
            number += 1
        for path, data in hash_tiles(self._hashes):
            yield FOLDER + path, data
        for each, data in sorted({**earlier, serial: self.checkpoint}.items()):
            yield f"{FOLDER}checkpoints/{each:06}", data
        yield FOLDER + CHECKPOINT, self.checkpoint


def body_path(number: int) -> str:
    """Return the path of the bodies of the tile of that number."""
    return f"{FOLDER}bodies/{number:03}.jsonl"


def _bodies(events: Sequence[Event], start: int) -> bytes:
    return b"".join(_line(event, index) for index, event in enumerate(events, start))


def _line(event: Event, index: int) -> bytes:
    if not event.body:
        return orjson.dumps({"erased": True, "index": index}, option=_OPTIONS)
    said = {"body": orjson.Fragment(event.body), "index": index, "salt": event.salt.hex()}
    return orjson.dumps(said, option=_OPTIONS)
