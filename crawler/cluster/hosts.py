"""When each host of a worker's shards may be asked: ``blocklist.store.turns`` kept in memory.

Pure; the worker that holds a shard answers from here whoever wants to ask one of its hosts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from blocklist.model import Host


@dataclass(frozen=True, slots=True)
class _Taken:
    until: datetime
    by: str
    """Who claimed the host; empty: it rests."""


class HostTurns:
    """Claims and rests of hosts; those that are over are forgotten."""

    def __init__(self) -> None:
        self._taken: dict[Host, _Taken] = {}
        self._swept_at = 0

    def claim(
        self, host: Host, by: str, *, until: datetime, now: datetime, not_before: datetime
    ) -> datetime | None:
        """Claim ``host`` for ``by``; return None, or, if it is not free, when it will be."""
        taken = self._taken.get(host)
        free_from = max(not_before, taken.until) if taken else not_before
        if free_from > now:
            return free_from
        self._taken[host] = _Taken(until, by)
        self._sweep(now)
        return None

    def rest(self, host: Host, by: str, *, until: datetime) -> None:
        """Let ``host`` rest; ends the claim of ``by`` (empty: nobody's), only lengthens what others said."""
        taken = self._taken.get(host)
        if taken is None or taken.until < until or (by and taken.by == by):
            self._taken[host] = _Taken(until, "")

    def lasting(self, holder: str, since: datetime) -> Iterator[tuple[Host, datetime]]:
        """Give what the next holder must know: rests and others' claims that last beyond ``since``."""
        for host, taken in self._taken.items():
            if taken.by != holder and taken.until > since:
                yield host, taken.until

    def _sweep(self, now: datetime) -> None:
        if len(self._taken) > 2 * self._swept_at + 1000:
            self._taken = {host: taken for host, taken in self._taken.items() if taken.until > now}
            self._swept_at = len(self._taken)
