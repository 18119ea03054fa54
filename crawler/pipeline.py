"""From a visit to a stored verdict: read and judge, look again at suspects, plan the next visit, store.

Reading happens in ``crawler.readers``' processes, storing in batches (``crawler.fetch.ledger``); of a page
that the judge suppresses nothing is kept, and its link is never visited again. A page that breaks its reader
gets its verdict too (``malformed``) and never stops the crawl; trouble with disk or database does, and its
link stays due.
"""

import logging
from typing import Any, Self

from blocklist.errors import LinkgazetteError, TroubleError
from blocklist.store import Visit
from crawler.fetch.ladder import Climbed, Ladder
from crawler.fetch.ledger import Ledger
from crawler.fetch.politeness import StoppingError
from crawler.fetch.session import Session
from crawler.fetch.visit import Visited
from crawler.frontier import next_visit

_LOG = logging.getLogger(__name__)


class VerdictPipeline:
    """Scrapy's item pipeline; the only place of the crawl side that writes verdicts."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._session: Session = crawler.spider.session
        self._ledger = Ledger(self._session)
        self._ladder = Ladder(self._session, crawler.spider.look)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Scrapy's way in."""
        return cls(crawler)

    async def process_item(self, item: Visited) -> Visited:
        """Bring ``item`` to its verdict; tell the spider as soon as its host may be visited again."""
        session = self._session
        try:
            try:
                climbed = None
                if session.trouble is None:
                    climbed = await self._ladder.climb(await self._ladder.read(item))
            finally:
                self._crawler.spider.done(item.link)
            if climbed is not None and session.trouble is None:
                await self._settle(climbed)
        except (
            StoppingError
        ):  # a suspect's other vantages must wait for the next crawl, and its link with them
            pass
        except LinkgazetteError as trouble:
            session.fail(trouble)
        except Exception:  # noqa: BLE001 - logged, and the crawl stops
            # A bug of ours: stop, say so, and leave the link due; Scrapy would log the page's body with it.
            if session.trouble is None:
                _LOG.exception("link %d could not be settled", item.link.id)
            session.fail(TroubleError("the crawl stopped at an unforeseen error; the log above has it"))
        return item

    async def _settle(self, climbed: Climbed) -> None:
        session, judged, judgement = self._session, climbed.judged, climbed.judgement
        capture, link = judged.capture, judged.visited.link
        attempts = link.attempts + 1 if capture.failure else 0
        due_at = next_visit(
            judgement.label, capture.failure, attempts, session.now(), link=link.id, pace=session.pace
        )
        visit = Visit(
            capture=capture,
            judgement=judgement,
            title=judged.reading.title,
            due_at=None if climbed.suppressed else due_at,
            attempts=attempts,
            further=tuple(each.capture for each in climbed.further),
        )
        if await self._ledger.keep(visit, climbed.records) is None:
            session.report.lost += 1
        else:
            session.report.count(judgement.label, capture.failure)
        session.progress(session.report)
