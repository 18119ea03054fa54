"""From a visit to a stored verdict: read and judge, plan the next visit, store with the evidence.

Reading happens in ``crawler.readers``' processes, storing in batches (``crawler.fetch.ledger``); of a page
that the judge suppresses nothing is kept, and its link is never visited again. A page that breaks its reader
gets its verdict too (``malformed``) and never stops the crawl; trouble with disk or database does, and its
link stays due.
"""

import logging
from dataclasses import replace
from typing import Any, Self

from blocklist.errors import LinkgazetteError, TroubleError
from blocklist.model import Failure
from blocklist.store import Visit
from crawler.fetch.ledger import Ledger
from crawler.fetch.session import Session
from crawler.fetch.visit import Visited
from crawler.frontier import next_visit
from crawler.judge import unreachable
from crawler.readers import Reading, Task
from crawler.readers.warc import warc_date

_LOG = logging.getLogger(__name__)


class VerdictPipeline:
    """Scrapy's item pipeline; the only place of the crawl side that writes verdicts."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._session: Session = crawler.spider.session
        self._ledger = Ledger(self._session)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Scrapy's way in."""
        return cls(crawler)

    async def process_item(self, item: Visited) -> Visited:
        """Bring ``item`` to its verdict; tell the spider as soon as its host may be visited again."""
        session = self._session
        try:
            try:
                reading = await self._read(item) if session.trouble is None else Reading()
            finally:
                self._crawler.spider.done(item.link)
            if session.trouble is None:
                await self._settle(item, reading)
        except LinkgazetteError as trouble:
            session.fail(trouble)
        except Exception:  # noqa: BLE001 - logged, and the crawl stops
            # A bug of ours: stop, say so, and leave the link due; Scrapy would log the page's body with it.
            if session.trouble is None:
                _LOG.exception("link %d could not be settled", item.link.id)
            session.fail(TroubleError("the crawl stopped at an unforeseen error; the log above has it"))
        return item

    async def _read(self, item: Visited) -> Reading:
        capture, exchange = item.capture, item.exchange
        if exchange is None:
            return Reading()
        assert capture.final_url is not None  # an exchange took place there
        return await self._session.readers.read(
            Task(
                exchange=exchange,
                content_type=capture.content_type,
                landing=capture.final_url,
                fetched_at=warc_date(capture.fetched_at),
            )
        )

    async def _settle(self, item: Visited, reading: Reading) -> None:
        session, capture, judgement = self._session, item.capture, reading.judgement
        if reading.problem:
            capture = replace(capture, failure=Failure.MALFORMED, failure_detail=reading.problem)
        if judgement is None:
            assert capture.failure is not None
            judgement = unreachable(capture.failure, capture.failure_detail, session.policy)
        attempts = item.link.attempts + 1 if capture.failure else 0
        due_at = next_visit(
            judgement.label, capture.failure, attempts, session.now(), link=item.link.id, pace=session.pace
        )
        visit = Visit(
            capture=capture,
            judgement=judgement,
            title=reading.title,
            due_at=None if reading.suppressed else due_at,
            attempts=attempts,
        )
        if await self._ledger.keep(visit, reading.records) is None:
            session.report.lost += 1
        else:
            session.report.count(judgement.label, capture.failure)
        session.progress(session.report)
