"""From a visit to a stored verdict: read and judge, look again at suspects, plan the next visit, store.

Reading happens in ``crawler.readers``' processes, storing in batches (``crawler.fetch.ledger``). A page that
is as it was (``crawler.fetch.again``) is not read again: its verdict is confirmed. Of a page that the judge
suppresses nothing is kept, and its link is never visited again. A page that breaks its reader gets its
verdict too (``malformed``) and never stops the crawl; trouble with disk or database does, and its link stays
due.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

from blocklist.errors import LinkgazetteError, TroubleError
from blocklist.model import Capture, Known, Label, Link, PageState
from blocklist.store import Visit
from blocklist.urls import without_fragment
from crawler.fetch.again import says
from crawler.fetch.ladder import Climbed, Ladder, Sight
from crawler.fetch.ledger import Ledger
from crawler.fetch.politeness import StoppingError
from crawler.fetch.session import Session
from crawler.fetch.visit import Visited
from crawler.frontier import Seen, plan
from crawler.read import routes_by_fragment
from crawler.readers.warc import NOT_MODIFIED, Records, pack, pack_revisit, warc_date

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
            if await session.outage_of(item.capture.failure):
                self._crawler.spider.put_back(item.link)
                return item
            try:
                climbed = None
                if session.trouble is None and item.known is None:
                    climbed = await self._ladder.climb(await self._ladder.read(item))
            finally:
                self._crawler.spider.done(item.link)
            if session.trouble is None and item.known is not None:
                await self._confirm(item, item.known)
            elif session.trouble is None and climbed is not None:
                await self._settle(climbed)
        except StoppingError:
            # A suspect's other vantages wait for their host or the next crawl, and its link with them.
            if not session.stopping:
                self._crawler.spider.let_go(item.link)
        except LinkgazetteError as trouble:
            session.fail(trouble)
        except Exception:  # noqa: BLE001 - logged, and the crawl stops
            # A bug of ours: stop, say so, and leave the link due; Scrapy would log the page's body with it.
            if session.trouble is None:
                _LOG.exception("link %d could not be settled", item.link.id)
            session.fail(TroubleError("the crawl stopped at an unforeseen error; the log above has it"))
        return item

    async def _settle(self, climbed: Climbed) -> None:
        session, judged = self._session, climbed.judged
        link = judged.visited.link
        # A suspect's browser, like a script that routes, may see another page for another fragment.
        alone = bool(link.twins) and not climbed.suppressed and (climbed.further or _routes(judged))
        if alone:
            session.links.part(session.worker, link.twins)
            self._crawler.spider.parted()
        visit = Visit(
            capture=judged.capture,
            judgement=climbed.judgement,
            title=judged.reading.title,
            due_at=None,
            further=tuple(each.capture for each in climbed.further),
            routes=bool(alone),
            traits=judged.reading.traits,
        )
        links = (link,) if alone else (link, *link.twins)
        visit = _found_by(judged.visited, visit)
        await self._keep(links, visit, climbed.records, never_again=climbed.suppressed)
        if climbed.suppressed:
            await self._report()

    async def _report(self) -> None:
        """Tell the operator's hook at once; what it does not take now it is told at the end of the crawl."""
        try:
            await asyncio.to_thread(self._session.hotline)
        except TroubleError as trouble:
            _LOG.warning("%s", trouble)

    async def _confirm(self, item: Visited, known: Known) -> None:
        """Keep the verdict of a page that was found again, and a record of the visit."""
        exchange, date = item.exchange, warc_date(item.capture.fetched_at)
        assert exchange is not None, "the page was found"
        same = exchange.status == NOT_MODIFIED or exchange.payload == known.payload
        # The same page packed another way is no revisit of the record that the archive has.
        records = pack_revisit(exchange, date, known) if same else pack(exchange, date)
        visit = _found_by(item, Visit(capture=item.capture, judgement=None, due_at=None))
        await self._keep((item.link, *item.link.twins), visit, [records])

    async def _keep(
        self,
        links: Sequence[Link],
        visit: Visit,
        records: Sequence[Records | None],
        *,
        never_again: bool = False,
    ) -> None:
        """Store ``visit``, which was to the first of ``links`` and is shared by the others."""
        session = self._session
        shared = [visit, *(replace(visit, further=()) for _ in links[1:])]
        visits = [
            self._planned(replace(one, capture=as_seen_by(link, links[0], one.capture)), link, never_again)
            for link, one in zip(links, shared, strict=True)
        ]
        kept = await self._ledger.keep(visits, records)
        for link, one, verdict in zip(links, visits, kept, strict=True):
            if verdict is None:
                session.report.lost += 1
            else:
                session.report.count(_label(one, link), one.capture.failure, renewed=one.judgement is None)
                if session.told is not None:
                    session.told(_log_of(one, link))
        session.progress(session.report)

    def _planned(self, visit: Visit, link: Link, never_again: bool) -> Visit:
        """Say of ``visit`` to ``link`` when the next one is, and what that one should know."""
        session, watch, failure = self._session, link.watch, visit.capture.failure
        said = watch.says if watch else ""
        if visit.judgement is not None and failure is None:
            said = says(visit.judgement, visit.title, without_fragment(visit.capture.final_url or link.url))
        attempts = link.attempts + 1 if failure else 0
        visit = replace(visit, attempts=attempts, says=said)
        if never_again:
            return visit
        changed = watch is not None and watch.says not in {"", said}
        seen = Seen(label=_label(visit, link), failure=failure, attempts=attempts, changed=changed)
        planned = plan(seen, watch, session.now(), link=link.id, pace=session.pace)
        return replace(visit, due_at=planned.due_at, interval_s=planned.interval_s, heat=planned.heat)


def as_seen_by(link: Link, visited: Link, capture: Capture) -> Capture:
    """Return the capture of the visit to ``visited`` as one of ``link``, its twin."""
    if link is visited:
        return capture
    hops = tuple(replace(hop, url=link.url) if hop.url == visited.url else hop for hop in capture.hops)
    final_url = link.url if capture.final_url == visited.url else capture.final_url
    return replace(capture, link=link.id, hops=hops, final_url=final_url)


def _found_by(visited: Visited, visit: Visit) -> Visit:
    """Note on ``visit`` what the store keeps of the answer, so that its page may be found again."""
    exchange = visited.exchange
    payload = "" if exchange is None else exchange.payload
    return replace(visit, etag=visited.etag, last_modified=visited.last_modified, payload=payload)


def _log_of(visit: Visit, link: Link) -> dict[str, Any]:
    """Say of a verdict what a log may: no URL, since a URL can carry a person."""
    return {
        "link": link.id,
        "host": link.host,
        "label": _label(visit, link),
        "failure": visit.capture.failure,
        "confirmed": visit.judgement is None,
        "vantages": [each.vantage for each in (visit.capture, *visit.further)],
        "elapsed_ms": visit.capture.elapsed_ms,
        "due_at": visit.due_at,
    }


def _label(visit: Visit, link: Link) -> Label:
    if visit.judgement is not None:
        return visit.judgement.label
    assert link.watch is not None, "its verdict was confirmed"
    return link.watch.label


def _routes(sight: Sight) -> bool:
    """Tell whether the page shows something else for another fragment."""
    exchange = sight.visited.exchange
    if exchange is None:
        return False
    scripted = f"page/{PageState.SCRIPT_ONLY}"
    by_script = any(each.rule == scripted for each in sight.judgement.evidence)
    return by_script or routes_by_fragment(exchange.body)
