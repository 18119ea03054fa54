"""What several vantages saw of one page, side by side: what is alike is counted, what differs is shown.

Vantages that saw the same text share a column. The first column is what was judged; the others are laid
beside it block by block (``difflib``). Pure: the texts are handed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from blocklist.model import Capture, Passage

COLUMNS = 4
"""Texts laid side by side; more are told by name only."""
_BLOCKS = 400
"""Blocks compared of each text: comparing takes the square of it at worst."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one vantage, or several alike, saw."""

    captures: tuple[Capture, ...]
    """Never empty."""
    text: tuple[Passage, ...]
    lost: str = ""
    """Why there is no text; empty: there is."""
    alike: float = 1.0
    """Share of blocks in common with the first sight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Blocks that stand beside one another, one cell for each sight."""

    cells: tuple[tuple[Passage, ...], ...] = ()
    """Empty: so many rows were ``alike``."""
    alike: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Sights laid side by side."""

    sights: tuple[Sight, ...]
    """What was judged first."""
    rows: tuple[Row, ...]
    """Empty: nothing differs."""
    cut: bool = False
    """Whether a text was longer than what is compared."""


def side_by_side(seen: Sequence[tuple[Capture, tuple[Passage, ...], str]]) -> Beside:
    """Lay what each capture brought side by side; each comes with its text, or why there is none."""
    grouped: dict[tuple[str, tuple[str, ...]], list[tuple[Capture, tuple[Passage, ...]]]] = {}
    for capture, text, lost in seen:
        grouped.setdefault((lost, _words(text)), []).append((capture, text))
    sights = [
        Sight(captures=tuple(capture for capture, _ in group), text=group[0][1], lost=lost)
        for (lost, _), group in grouped.items()
    ]
    readable = [each for each in sights if not each.lost][:COLUMNS]
    if len(readable) <= 1:
        return Beside(sights=tuple(sights), rows=())
    first, *others = (each.text[:_BLOCKS] for each in readable)
    columns = [_laid(first, other) for other in others]
    shares = {id(each): column.alike for each, column in zip(readable[1:], columns, strict=True)}
    return Beside(
        sights=tuple(
            Sight(captures=each.captures, text=each.text, lost=each.lost, alike=shares.get(id(each), 1.0))
            for each in sights
        ),
        rows=tuple(_rows(first, columns)),
        cut=any(len(each.text) > _BLOCKS for each in readable),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """One text laid beside the first."""

    at: dict[int, tuple[Passage, ...]]
    """What stands beside each block of the first."""
    before: dict[int, tuple[Passage, ...]]
    """What stands before it and beside nothing."""
    same: frozenset[int]
    """Blocks of the first that it has too."""
    alike: float


def _laid(first: Sequence[Passage], other: Sequence[Passage]) -> _Column:
    matcher = SequenceMatcher(None, _words(first), _words(other), autojunk=False)
    at: dict[int, tuple[Passage, ...]] = {}
    before: dict[int, tuple[Passage, ...]] = {}
    same: set[int] = set()
    for what, start, end, there, until in matcher.get_opcodes():
        blocks = tuple(other[there:until])
        if what == "equal":
            same.update(range(start, end))
            at.update({start + step: (block,) for step, block in enumerate(blocks)})
        elif start == end:
            before[start] = blocks
        else:
            for step, place in enumerate(range(start, end)):
                last = place == end - 1
                at[place] = blocks[step:] if last else blocks[step : step + 1]
    return _Column(at=at, before=before, same=frozenset(same), alike=matcher.ratio())


def _rows(first: Sequence[Passage], columns: Sequence[_Column]) -> list[Row]:
    rows: list[Row] = []
    alike = 0
    for place in range(len(first) + 1):
        inserted = [column.before.get(place, ()) for column in columns]
        is_same = place < len(first) and all(place in column.same for column in columns)
        if alike and (any(inserted) or not is_same):
            rows.append(Row(alike=alike))
            alike = 0
        if any(inserted):
            rows.append(Row(cells=((), *inserted)))
        if is_same:
            alike += 1
        elif place < len(first):
            rows.append(Row(cells=((first[place],), *(column.at.get(place, ()) for column in columns))))
    return rows


def _words(text: Sequence[Passage]) -> tuple[str, ...]:
    return tuple("".join(piece.text for piece in block.pieces) for block in text)
