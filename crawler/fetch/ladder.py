"""The climb: a suspect page looked at from one vantage after another, each sight read, judged and kept.

What makes a suspect, which vantage comes next and what the sights come to is ``crawler.vantage``'s to say;
how a page is visited the spider's (``look``). A page that must not be kept ends the climb, and everything of
the visit is dropped.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from blocklist.model import Capture, Failure, Host, Judgement, Known, Label, Link, Vantage, WebUrl
from crawler.fetch.politeness import StoppingError
from crawler.fetch.session import Session
from crawler.fetch.visit import Visited
from crawler.judge import unreachable
from crawler.readers import Reading, Task
from crawler.readers.warc import Records, pack, pack_revisit, warc_date, with_screenshot
from crawler.vantage import Circumstances, Seen, conclude, fits, next_vantage, suspects

Cookies = dict[Host, dict[str, str]]
Look = Callable[[Link, Vantage, Cookies | None], Awaitable[Sequence[Visited]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One capture with what was read on it."""

    visited: Visited
    capture: Capture
    """The visit's; failed, if its page broke the reader."""
    reading: Reading
    judgement: Judgement
    told: bool = False
    """True: the reading has what a person sees of the page."""

    @property
    def seen(self) -> Seen:
        """It, as the vantages' rules look at it."""
        reading = self.reading
        return Seen(
            capture=self.capture,
            judgement=self.judgement,
            title=reading.title,
            text=reading.text,
            signs=reading.signs,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbed:
    """What is judged, and what is kept beside it."""

    judged: Sight
    judgement: Judgement
    further: tuple[Sight, ...] = ()

    @property
    def suppressed(self) -> bool:
        """Whether nothing of any sight may be kept and the link must not be visited again."""
        return any(each.reading.suppressed for each in (self.judged, *self.further))

    @property
    def records(self) -> Sequence[Records | None]:
        """For the archive, the judged sight's first."""
        sights = (self.judged, *self.further)
        return [None if self.suppressed else each.reading.records for each in sights]


class Ladder:
    """Climbs for one worker."""

    def __init__(self, session: Session, look: Look) -> None:
        self._session = session
        self._look = look

    async def read(self, visited: Visited, *, tells: bool = False) -> Sight:
        """Read and judge what a visit brought."""
        capture, exchange = visited.capture, visited.exchange
        reading = Reading()
        if exchange is not None:
            assert capture.final_url is not None  # an exchange took place there
            task = Task(
                exchange=exchange,
                content_type=capture.content_type,
                landing=capture.final_url,
                fetched_at=warc_date(capture.fetched_at),
                tells=tells,
            )
            size = len(exchange.body) + len(exchange.packed or b"")
            self._session.unread += size
            try:
                reading = await self._session.readers.read(task)
            finally:
                self._session.unread -= size
        if reading.problem:
            capture = replace(capture, failure=Failure.MALFORMED, failure_detail=reading.problem)
        if visited.screenshot and reading.records is not None:
            date = warc_date(capture.fetched_at)
            pictured = with_screenshot(reading.records, capture.final_url or "", date, visited.screenshot)
            reading = replace(reading, records=pictured)
        judgement = reading.judgement
        if judgement is None:
            assert capture.failure is not None
            judgement = unreachable(capture.failure, capture.failure_detail, self._session.policy)
        return Sight(visited=visited, capture=capture, reading=reading, judgement=judgement, told=tells)

    async def _with(self, visited: Visited, sights: list[Sight]) -> list[Sight]:
        """Return ``sights`` and the one that ``visited`` brings; a page that was read already is not again.

        What a person sees of a page is asked for only when there is another to compare it with.
        """
        page = _page_of(visited)
        if page is None:
            return [*sights, await self.read(visited)]
        if not visited.screenshot:
            for each in sights:
                if _page_of(each.visited) == page:
                    return [*sights, _seen_again(each, visited)]
        if not sights[0].told:  # then whatever page was seen is the first one's
            told = (await self.read(sights[0].visited, tells=True)).reading
            sights = [
                replace(each, reading=replace(told, records=each.reading.records), told=True)
                if each.visited.exchange
                else each
                for each in sights
            ]
        return [*sights, await self.read(visited, tells=True)]

    async def climb(self, first: Sight) -> Climbed:
        """Look at a suspect from elsewhere; of any other page what our declared agent saw holds.

        Raises StoppingError when the crawl stops meanwhile, LinkgazetteError for trouble of its own.
        """
        session, link = self._session, first.visited.link
        allowed = session.config.vantages
        plain = Climbed(judged=first, judgement=first.judgement)
        if not allowed or first.capture.failure is not None or first.judgement.label is Label.CONTRABAND:
            return plain
        reported, since, judged_at, climbed_at, preview = session.links.circumstances(link)
        circumstances = Circumstances(
            reported=reported, host_since=since, judged_at=judged_at, climbed_at=climbed_at, preview=preview
        )
        if not fits(preview, first.reading.title):
            first = await self.read(first.visited, tells=True)
        in_browser = Vantage.BROWSER in allowed
        suspicion = suspects(first.seen, link, circumstances, session.now(), in_browser=in_browser)
        if not suspicion or first.reading.suppressed:
            return plain
        sights = [first]
        cookies: Cookies = {}
        while vantage := next_vantage([each.seen for each in sights], suspicion, allowed):
            jar = cookies if vantage in {Vantage.IN_APP, Vantage.RETURNING} else None
            for visited in await self._look(link, vantage, jar):
                if await session.outage_of(visited.failure):
                    raise StoppingError
                sights = await self._with(visited, sights)
            if suppressed := [each for each in sights if each.reading.suppressed]:
                others = tuple(each for each in sights if each is not suppressed[0])
                return Climbed(judged=suppressed[0], judgement=suppressed[0].judgement, further=others)
        concluded = conclude([each.seen for each in sights])
        judged = next(each for each in sights if each.capture is concluded.judged.capture)
        return Climbed(
            judged=judged,
            judgement=concluded.judgement,
            further=tuple(each for each in sights if each is not judged),
        )


def _page_of(visited: Visited) -> tuple[str, str, WebUrl | None] | None:
    """Return all that a page's reading depends on; None: the visit brought none."""
    if visited.exchange is None:
        return None
    capture = visited.capture
    return capture.body_sha256, capture.content_type, capture.final_url


def _seen_again(sight: Sight, visited: Visited) -> Sight:
    """Make of a visit that brought the page of ``sight`` a sight; kept of it is that it was the same."""
    exchange, before, capture = visited.exchange, sight.visited, visited.capture
    assert exchange is not None
    assert before.exchange is not None
    assert capture.final_url is not None, "a page was brought back"
    records = None
    if sight.reading.records is not None:
        known = Known(
            url=capture.final_url,
            content_type=capture.content_type,
            sha256=capture.body_sha256,
            size=capture.body_bytes,
            policy="",
            payload=exchange.payload,
            fetched_at=before.capture.fetched_at,
        )
        date = warc_date(capture.fetched_at)
        same = exchange.payload == before.exchange.payload
        records = pack_revisit(exchange, date, known) if same else pack(exchange, date)
    if sight.reading.problem:
        capture = replace(capture, failure=sight.capture.failure, failure_detail=sight.capture.failure_detail)
    reading = replace(sight.reading, records=records)
    return replace(sight, visited=visited, capture=capture, reading=reading)
