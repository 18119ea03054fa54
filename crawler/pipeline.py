"""From a visit to a stored verdict: read, judge, archive, plan the next visit, store; in that order.

The evidence is on disk before the verdict that cites it; of a page that the judge suppresses none is kept,
and its link is never visited again. A page that breaks the reader or the judge gets its verdict too
(``malformed``) and never stops the crawl; trouble with disk or database does, and its link stays due. Pages
are read in this process for now: their size is bounded by ``max_body_bytes``, their cost moves to a pool of
processes with issue 4.
"""

import logging
from dataclasses import replace
from typing import Any, Self

from blocklist.errors import LinkgazetteError, TroubleError
from blocklist.model import Capture, Failure, Judgement
from crawler.fetch.session import Session
from crawler.fetch.visit import Exchange, Visited
from crawler.frontier import next_visit
from crawler.judge import is_suppressed, judge, unreachable
from crawler.read import read_page

_LOG = logging.getLogger(__name__)


class VerdictPipeline:
    """Scrapy's item pipeline; the only place of the crawl side that writes verdicts."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._session: Session = crawler.spider.session

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Scrapy's way in."""
        return cls(crawler)

    def process_item(self, item: Visited) -> Visited:
        """Bring ``item`` to its verdict and tell the spider that its link is done."""
        try:
            if self._session.trouble is None:
                self._settle(item)
        except LinkgazetteError as trouble:
            self._session.fail(trouble)
        except Exception:  # noqa: BLE001 - logged, and the crawl stops
            # A bug of ours: stop, say so, and leave the link due; Scrapy would log the page's body with it.
            _LOG.exception("link %d could not be settled", item.link.id)
            self._session.fail(TroubleError("the crawl stopped at an unforeseen error; the log above has it"))
        finally:
            self._crawler.spider.done(item.link)
        return item

    def _settle(self, item: Visited) -> None:
        session = self._session
        capture, judgement, title = item.capture, None, ""
        suppressed = False
        if item.exchange is not None:
            judgement, title, problem = self._judged(capture, item.exchange)
            if judgement is None:
                capture = replace(capture, failure=Failure.MALFORMED, failure_detail=problem)
            if suppressed := judgement is not None and is_suppressed(judgement):
                title = ""
            else:
                capture = replace(capture, archived=session.archive.keep(item.exchange, capture.fetched_at))
        if judgement is None:
            assert capture.failure is not None
            judgement = unreachable(capture.failure, capture.failure_detail, session.workspace.policy)
        now = session.now()
        attempts = item.link.attempts + 1 if capture.failure else 0
        due_at = next_visit(
            judgement.label, capture.failure, attempts, now, link=item.link.id, pace=session.pace
        )
        verdict = session.workspace.links.complete(
            session.worker,
            capture,
            judgement,
            title=title,
            due_at=None if suppressed else due_at,
            now=now,
            attempts=attempts,
        )
        if verdict is None:
            session.report.lost += 1
        else:
            session.report.count(judgement.label, capture.failure)
        session.progress(session.report)

    def _judged(self, capture: Capture, exchange: Exchange) -> tuple[Judgement | None, str, str]:
        """Judgement and title, or None and what broke."""
        workspace = self._session.workspace
        try:
            page = read_page(
                exchange.body,
                content_type=capture.content_type,
                url=capture.final_url,
                pseudonymiser=workspace.pseudonymiser,
            )
            return judge(page, workspace.policy), page.title, ""
        except LinkgazetteError:
            raise
        except Exception as error:  # noqa: BLE001 - a hostile page must not stop the crawl
            return None, "", f"the page broke the reader: {type(error).__name__}"
