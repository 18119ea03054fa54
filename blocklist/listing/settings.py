"""What listing needs of the configuration; ``config.ListConfig`` has it, and nothing here reads a file."""

from typing import Protocol

from blocklist.model import Host, ListKey


class ListSettings(Protocol):
    """How long entries hold, and when the brake bites."""

    @property
    def entry_days(self) -> int:
        """Days from verification to expiry."""

    @property
    def unreachable_days(self) -> int:
        """Days out of reach after which an entry leaves."""

    @property
    def brake_share(self) -> float:
        """Largest share of the list that may change at once, 0 to 1."""

    @property
    def brake_min_entries(self) -> int:
        """Size of list below which the share is not asked."""

    @property
    def canaries_good(self) -> tuple[Host, ...]:
        """Hosts that must never be listed; empty: none."""

    @property
    def canaries_listed(self) -> tuple[ListKey, ...]:
        """Expressions that must always be listed; empty: none."""
