"""robots.txt (RFC 9309), asked once per origin and obeyed for every hop; a refusal is a failure of its own.

Scrapy's own middleware lets requests through while robots.txt is still loading (measured on 2.14 to 2.19:
three or four of six disallowed pages fetched) and takes a server error for consent. Here every request
waits for the same answer, and:

- 2xx: the rules for our product token, else those for ``*``; ``Crawl-delay`` is honoured up to a bound;
- redirects are followed, five at most (RFC 9309 section 2.3.1.2); more than that counts as 4xx does;
- 4xx: no rules, all may be fetched (section 2.3.1.3); but 429 and 408 ask for patience, as 5xx does;
- 5xx, or rules too large to read: nothing is fetched now; the failure is ``robots`` and the frontier asks
  again;
- no answer at all (dns, refused, timeout, tls …): the page would meet the same, so that failure is its
  failure.
"""

from asyncio import CancelledError, Future, get_running_loop, shield
from collections import OrderedDict
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any, Self

from protego import Protego
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from blocklist.errors import LinkgazetteError, UrlError
from blocklist.model import Failure, WebUrl
from blocklist.urls import join_url
from crawler.fetch.answered import field_text
from crawler.fetch.failures import VisitError, classify
from crawler.fetch.handler import DELAY_S, IS_ROBOTS
from crawler.fetch.hops import REDIRECTS
from crawler.fetch.politeness import StoppingError

MAX_CRAWL_DELAY_S = 60.0
MAX_ROBOTS_BYTES = 512_000  # RFC 9309 section 2.5: at least 500 kibibytes
_MAX_REDIRECTS = 5
_PATIENCE = frozenset({408, 429})
_ORIGINS_KEPT = 20_000
_KEPT_S = 86_400.0  # RFC 9309 section 2.4: not longer than a day
_FAILURE_KEPT_S = 60.0  # a crawl that watches for days must not hold one bad minute against a host


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsAnswer:
    """What one origin's robots.txt says to us."""

    rules: Protego | None = None
    """None: there are no rules."""
    failure: VisitError | None = None
    """None: it could be read, or is not there."""
    crawl_delay_s: float = 0.0

    def refusal(self, url: str, token: str) -> VisitError | None:
        """Why ``url`` must not be fetched; None: it may be."""
        if self.failure is not None:
            return self.failure
        if self.rules is not None and not self.rules.can_fetch(url, token):
            return VisitError(Failure.ROBOTS, "robots.txt does not let us read this page")
        return None


def product_token(user_agent: str) -> str:
    """Return our name in robots.txt: ``Linkgazette`` of ``Linkgazette/1.0 (+https://…)`` (section 2.2.1)."""
    return user_agent.partition("/")[0].partition(" ")[0] or user_agent


def read_robots(status: int, body: bytes, token: str) -> RobotsAnswer:
    """Read the answer of a server that answered; ``body`` counts only for 2xx."""
    if status in _PATIENCE or not 200 <= status < 500:  # noqa: PLR2004 - RFC 9110 section 15
        failure = VisitError(Failure.ROBOTS, f"robots.txt answered {status}; asked again later")
        return RobotsAnswer(failure=failure)
    if status >= 300:  # noqa: PLR2004 - likewise
        return RobotsAnswer()
    rules = Protego.parse(body.decode("utf-8-sig", errors="replace"))
    delay = rules.crawl_delay(token) or 0.0
    return RobotsAnswer(rules=rules, crawl_delay_s=min(float(delay), MAX_CRAWL_DELAY_S))


class ObeyRobots:
    """Downloader middleware: no request leaves before its origin's robots.txt has been heard."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._obey: bool = crawler.spider.session.config.robots
        self._token = product_token(crawler.spider.session.config.user_agent)
        self._answers: OrderedDict[str, Future[RobotsAnswer]] = OrderedDict()
        self._until: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Scrapy's way in."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise VisitError when robots.txt refuses ``request``, else note the host's Crawl-delay on it."""
        if not self._obey or request.meta.get(IS_ROBOTS):
            return
        answer = await self._answer(request)
        if refusal := answer.refusal(request.url, self._token):
            raise refusal
        request.meta[DELAY_S] = answer.crawl_delay_s

    async def _answer(self, request: Request) -> RobotsAnswer:
        parts = urlparse_cached(request)
        origin = f"{parts.scheme}://{parts.netloc}"
        self._forget_old(origin)
        if asked := self._answers.get(origin):
            try:
                return await shield(asked)  # a browser that gives up cancels its own waiting, not the answer
            except CancelledError:
                if not asked.cancelled():
                    raise
                raise StoppingError from None  # the one who asked for all was stopped
        future: Future[RobotsAnswer] = get_running_loop().create_future()
        self._answers[origin] = future
        try:
            answer = await self._ask(WebUrl(f"{origin}/robots.txt"))
        except BaseException:  # the crawl stops; the origin has not answered
            future.cancel()
            del self._answers[origin]
            raise
        future.set_result(answer)
        self._until[origin] = monotonic() + (_KEPT_S if answer.failure is None else _FAILURE_KEPT_S)
        while len(self._answers) > _ORIGINS_KEPT and next(iter(self._answers.values())).done():
            oldest, _ = self._answers.popitem(last=False)
            self._until.pop(oldest, None)
        return answer

    def _forget_old(self, origin: str) -> None:
        if monotonic() >= self._until.get(origin, inf):
            del self._until[origin], self._answers[origin]

    async def _ask(self, url: WebUrl) -> RobotsAnswer:
        for _ in range(_MAX_REDIRECTS + 1):
            request = Request(
                url,
                callback=NO_CALLBACK,
                headers={b"User-Agent": self._crawler.spider.session.config.user_agent},
                meta={IS_ROBOTS: True, "verbatim_url": True, "download_maxsize": MAX_ROBOTS_BYTES},
            )
            try:
                # Past the engine and its middlewares, this one among them.
                response = await self._crawler.engine.downloader.handlers.download_request_async(request)
                if response.status not in REDIRECTS:
                    return read_robots(response.status, response.body, self._token)
                url = join_url(url, field_text(response.fields, b"location"))
            except UrlError:
                return RobotsAnswer()
            except (StoppingError, LinkgazetteError):  # the crawl's own trouble, not the host's
                raise
            except Exception as error:  # noqa: BLE001 - every failure has its kind
                return RobotsAnswer(failure=_unheard(classify(error)))
        return RobotsAnswer()


def _unheard(failure: VisitError) -> VisitError:
    """Say what a page's visit ends with when robots.txt could not be had."""
    if failure.kind in {Failure.TOO_LARGE, Failure.MALFORMED}:
        return VisitError(Failure.ROBOTS, f"robots.txt cannot be read: {failure.detail}")
    return VisitError(failure.kind, f"asking for robots.txt: {failure.detail}")
