"""What a worker asks of the links under watch: the store's own room, or a cluster's, as it is given."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from blocklist.model import Link, Vantage
from blocklist.store import Claim, Rest, Visit


class LinkSource(Protocol):
    """Gives links out and takes visits back; ``blocklist.store.Links`` says what each method promises."""

    def lease(self, worker: str, *, now: datetime, limit: int, everything: bool = False) -> list[Link]:
        """Take up to ``limit`` due links; []: none is free just now."""

    def renew(self, worker: str, *, now: datetime) -> int:
        """Prolong what the worker holds; return how many links that are."""

    def let_go(self, worker: str, links: Sequence[Link]) -> None:
        """Give back links unvisited, due as before."""

    def part(self, worker: str, links: Sequence[Link]) -> None:
        """Give twins back, each to be visited for itself."""

    def take_turns(
        self, claims: Sequence[Claim], rests: Sequence[Rest], *, now: datetime
    ) -> list[datetime | None]:
        """Let hosts rest and claim others; of each claim None, or when its host will be free."""

    def circumstances(self, link: Link) -> tuple[bool, datetime | None, Vantage, datetime | None, str]:
        """Return what may make a page suspect, besides the page."""

    def complete_all(self, worker: str, brought: Sequence[Visit], *, now: datetime) -> Sequence[int | None]:
        """Bring visits; a None for each that came too late and was not taken."""
