"""What travels between spider and pipeline: a visit under way, and a visit that is over."""

from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from blocklist.model import Capture, Failure, Host, Known, Link, TlsFacts, Vantage
from crawler.fetch.failures import VisitError
from crawler.fetch.hops import Trail
from crawler.readers import Exchange


@dataclass(slots=True, kw_only=True)
class Visit:
    """One link being visited, by way of however many hops."""

    link: Link
    trail: Trail
    fetched_at: datetime
    vantage: Vantage = Vantage.DECLARED
    cookies: dict[Host, dict[str, str]] | None = None
    """Sent to the hosts that set them, and added to; None: none are kept."""
    known: Known | None = None
    """The page that it may find again; None: whatever it finds is to be read."""
    started: float = field(default_factory=monotonic)  # seconds

    def failed(
        self, error: VisitError, *, status: int | None = None, peer: str = "", tls: TlsFacts | None = None
    ) -> Capture:
        """Make the capture of a visit that brought no page."""
        return Capture(
            link=self.link.id,
            vantage=self.vantage,
            fetched_at=self.fetched_at,
            elapsed_ms=self._elapsed_ms(),
            hops=self.trail.hops(status),
            final_url=None if status is None else self.trail.here,
            status=status,
            failure=error.kind,
            failure_detail=error.detail,
            peer=peer,
            tls=tls,
        )

    def landed(
        self, *, status: int, content_type: str, sha256: str, size: int, peer: str, tls: TlsFacts | None
    ) -> Capture:
        """Make the capture of a visit that brought a page of ``size`` bytes."""
        return Capture(
            link=self.link.id,
            vantage=self.vantage,
            fetched_at=self.fetched_at,
            elapsed_ms=self._elapsed_ms(),
            hops=self.trail.hops(status),
            final_url=self.trail.here,
            status=status,
            content_type=content_type,
            body_sha256=sha256,
            body_bytes=size,
            peer=peer,
            tls=tls,
        )

    def _elapsed_ms(self) -> int:
        return round((monotonic() - self.started) * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """A visit that is over."""

    link: Link
    capture: Capture
    exchange: Exchange | None = None
    """None: it failed, with ``capture.failure``."""
    known: Known | None = None
    """The page that was found again, so that nothing need be read; None: it is another."""
    etag: str = ""
    last_modified: str = ""
    """Of the answer that brought the page, as ``Known`` has them."""

    screenshot: bytes = b""
    """PNG; empty: none was taken."""

    @property
    def failure(self) -> Failure | None:
        """Why there is no page; None: there is one."""
        return self.capture.failure
