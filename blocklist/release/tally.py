"""What all that writes the files of ``list/`` shares: where bytes go, what is counted, and turns."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

TURN = 4096  # entries or rules in hand at once

Put = Callable[[str, bytes], None]
"""Adds to the end of the file of that name within ``list/``, which is made when it is first named."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a list file says and leaves out, as it is counted."""

    format: str
    """Name of the format (``rpz``), or of the record (``entries``, ``tombstones``)."""
    entries: int = 0
    aliases: int = 0
    omitted: Counter[str] = field(default_factory=Counter)
    """Entries left out, by reason."""

    def add(self, other: "Tally") -> None:
        """Add what another file says."""
        self.entries += other.entries
        self.aliases += other.aliases
        self.omitted.update(other.omitted)

    def copy(self) -> "Tally":
        """Return another that says the same."""
        return Tally(
            format=self.format, entries=self.entries, aliases=self.aliases, omitted=Counter(self.omitted)
        )


Tallies = dict[str, Tally]
"""By name within ``list/``."""


def turns(things: Sequence[T]) -> Iterator[Sequence[T]]:
    """Give ``things`` a few thousand at a time."""
    for start in range(0, len(things), TURN):
        yield things[start : start + TURN]
