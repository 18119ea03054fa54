"""What all parts of one worker's crawl share: workspace, settings, counts, and whether to stop."""

from asyncio import Event
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic

from blocklist.config import CrawlConfig
from blocklist.errors import LinkgazetteError
from blocklist.policy import Policy
from blocklist.store import Workspace
from crawler.fetch.archive import Archive
from crawler.fetch.report import CrawlReport
from crawler.frontier import Pace
from crawler.readers import Reads


@dataclass(slots=True, kw_only=True)
class Session:
    """One worker's crawl; the spider carries it, middlewares and pipeline find it there."""

    workspace: Workspace
    config: CrawlConfig
    worker: str
    """Names this process in the leases, uniquely."""
    archive: Archive
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
    changed: Event = field(default_factory=Event)
    """Set when there may be room for another visit, or a reason to stop."""
    progress: Callable[[CrawlReport], None] = lambda _: None
    """Called after every verdict."""

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
