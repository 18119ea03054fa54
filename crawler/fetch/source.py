"""What a worker asks of the links under watch: the store's own room, or a cluster's, as it is given."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from blocklist.model import Host, Link, Vantage
from blocklist.store import Visit


class LinkSource(Protocol):
    """Gives links out and takes visits back; ``blocklist.store.Links`` says what each method promises."""

    def lease(self, worker: str, *, now: datetime, limit: int, everything: bool = False) -> list[Link]:
        """Take up to ``limit`` due links; []: none is free just now."""

    def renew(self, worker: str, *, now: datetime) -> int:
        """Prolong what the worker holds; return how many links that are."""

    def part(self, worker: str, links: Sequence[Link]) -> None:
        """Give twins back, each to be visited for itself."""

    def reserve_fetch(self, host: Host, *, now: datetime, delay_s: float) -> datetime:
        """Reserve the next request to ``host``; return when it may start."""

    def circumstances(self, link: Link) -> tuple[bool, datetime | None, Vantage, datetime | None]:
        """Return what may make a page suspect, besides the page."""

    def complete_all(self, worker: str, brought: Sequence[Visit], *, now: datetime) -> Sequence[int | None]:
        """Bring visits; a None for each that came too late and was not taken."""
