"""Visits on their way to the disk: many share one flush of the archive and one transaction.

A verdict is stored when its evidence is on disk, never before. Each waits a moment for others, off the event
loop; a worker killed meanwhile has stored none of them, and their links are still due.
"""

import asyncio
from asyncio import Future, Task
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from blocklist.model import Archived
from blocklist.store import Visit
from crawler.fetch.session import Session
from crawler.readers.warc import Records

LINGER_S = 0.05
"""How long the first of a batch waits for others."""
MOST = 200
"""Visits in one transaction at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    visits: Sequence[Visit]
    """All of one fetch; the first brings the records."""
    records: Sequence[Records | None]
    """Of the first visit's captures, the judged one's first; None: nothing of that one is kept."""
    stored: Future[list[int | None]]


class Ledger:
    """Stores visits in batches."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waiting: list[_Entry] = []
        self._writing: Task[None] | None = None

    async def keep(self, visits: Sequence[Visit], records: Sequence[Records | None]) -> list[int | None]:
        """Store ``visits`` with their captures' evidence; return when on disk, as ``Links.complete`` does.

        All are of one fetch: ``records`` are those of the first visit's captures, which the others cite too.
        Raises TroubleError for disk and database trouble: nothing of the batch is stored then.
        """
        loop = asyncio.get_running_loop()
        entry = _Entry(visits=visits, records=records, stored=loop.create_future())
        self._waiting.append(entry)
        if self._writing is None:
            self._writing = loop.create_task(self._write())
        return await entry.stored

    async def _write(self) -> None:
        while self._waiting:
            await asyncio.sleep(max(LINGER_S, self._session.archive.linger_s))
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                ids = await asyncio.to_thread(self._store, batch)
            except Exception as error:  # noqa: BLE001 - whoever waits is told, and stops the crawl
                for entry in batch:
                    entry.stored.set_exception(error)
            else:
                for entry, verdict in zip(batch, ids, strict=True):
                    entry.stored.set_result(verdict)
        self._writing = None

    def _store(self, batch: Sequence[_Entry]) -> list[list[int | None]]:
        session = self._session
        places = iter(session.archive.keep([each for entry in batch for each in entry.records if each]))
        visits = [visit for entry in batch for visit in _with_places(entry, places)]
        ids = iter(session.links.complete_all(session.worker, visits, now=session.now()))
        return [[next(ids) for _ in entry.visits] for entry in batch]


def _with_places(entry: _Entry, places: Iterator[Archived]) -> list[Visit]:
    """Say of each capture whose records were kept where its page lies."""
    visit, *twins = entry.visits
    captures = (visit.capture, *visit.further)
    kept = [None if records is None else next(places) for records in entry.records]
    pages = {
        capture.body_sha256: place
        for capture, records, place in zip(captures, entry.records, kept, strict=True)
        if records is not None and not records.revisit
    }
    capture, *further = (
        capture if place is None else replace(capture, archived=pages.get(capture.body_sha256, place))
        for capture, place in zip(captures, kept, strict=True)
    )
    return [
        replace(visit, capture=capture, further=tuple(further)),
        *(replace(twin, capture=replace(twin.capture, archived=capture.archived)) for twin in twins),
    ]
