"""What all parts of one worker's crawl share: its links, settings, counts, and whether to stop."""

from asyncio import Event, wait_for
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from blocklist.config import CrawlConfig
from blocklist.errors import LinkgazetteError, TroubleError
from blocklist.model import Failure
from blocklist.policy import Policy
from crawler.fetch.archive import Keeper
from crawler.fetch.outage import OURS_PERHAPS, Outage
from crawler.fetch.report import CrawlReport
from crawler.fetch.source import LinkSource
from crawler.frontier import Pace
from crawler.readers import Reads

ASK_AGAIN_S = 5.0
"""Between two questions whether the network is back."""


@dataclass(slots=True, kw_only=True)
class Session:
    """One worker's crawl; the spider carries it, middlewares and pipeline find it there."""

    links: LinkSource
    config: CrawlConfig
    worker: str
    """Names this process in the leases, uniquely."""
    archive: Keeper
    policy: Policy
    readers: Reads
    browser: str | None = None
    """Path of Chromium; None: no vantage asks for one."""
    limit: int | None = None
    """Links to visit at most; None: all that are due."""
    everything: bool = False
    """True: visit also what is not due."""
    watch: bool = False
    """True: stay up when nothing is due, and take what comes."""
    ends_at: float | None = None
    """Of the monotonic clock, in seconds: begin nothing new from then on; None: as long as there is work."""
    report: CrawlReport = field(default_factory=CrawlReport)
    halt: Event = field(default_factory=Event)
    """Set: begin nothing new."""
    trouble: LinkgazetteError | None = None
    """What made the crawl stop early; None: nothing."""
    resting: int = 0
    """Visits that wait for their host's delay just now."""
    unread: int = 0
    """Bytes of pages that were fetched and wait for a reader, or are with one."""
    changed: Event = field(default_factory=Event)
    """Set when there may be room for another visit, or a reason to stop."""
    outage: Outage = field(default_factory=Outage)
    """Whether this machine's own network is there."""
    cut_off: bool = False
    """True: it was not when last asked."""
    progress: Callable[[CrawlReport], None] = lambda _: None
    """Called after every verdict."""
    allowed: Callable[[], bool] = lambda: True
    """False: no page may be asked for at this moment, since others may be asking for it."""
    hotline: Callable[[], object] = lambda: None
    """Called when a page was met that must not be kept; raises TroubleError when nobody could be told."""
    told: Callable[[dict[str, Any]], None] | None = None
    """Called with what a log says of every verdict; None: nobody keeps one."""

    @staticmethod
    def now() -> datetime:
        """Read the one clock of a crawl."""
        return datetime.now(UTC)

    @property
    def pace(self) -> Pace:
        """The configured waits."""
        return Pace(
            retry_base=timedelta(seconds=self.config.retry_base_s),
            retry_max=timedelta(seconds=self.config.retry_max_s),
            recheck=timedelta(seconds=self.config.recheck_s),
        )

    async def outage_of(self, failure: Failure | None) -> str:
        """Say what is gone of this machine's network, if ``failure`` may come of it; empty: it is the host's.

        A crawl that watches waits until it is back; any other stops, since a later run will find the links.
        """
        if failure not in OURS_PERHAPS or self.config.resolve:
            return ""
        reason = await self.outage.reason()
        if reason and not self.watch:
            self.fail(TroubleError(f"{reason}; nothing is lost, run the command again when it is back"))
        self.cut_off = self.cut_off or bool(reason)
        return reason

    async def network(self) -> None:
        """Wait until this machine's network is back, if it is known to be gone, or the crawl stops."""
        while self.cut_off and not self.stopping:
            self.cut_off = bool(await self.outage.reason())
            if self.cut_off:
                with suppress(TimeoutError):
                    await wait_for(self.halt.wait(), ASK_AGAIN_S)

    def fail(self, trouble: LinkgazetteError) -> None:
        """Stop the crawl because of ``trouble``; the first one is kept."""
        self.trouble = self.trouble or trouble
        self.stop()

    def stop(self) -> None:
        """Begin nothing new; what is under way is finished."""
        self.halt.set()
        self.changed.set()

    @property
    def stopping(self) -> bool:
        """True: begin nothing new."""
        return self.halt.is_set() or (self.ends_at is not None and monotonic() >= self.ends_at)
