"""The whole list in each format of single lines, written rule by rule: from these strips all sets are cut.

A strip is the file of the whole list as it lies in ``list/``, with what is known of it by claim and by cell.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from blocklist.formats import Format, Header, all_formats
from blocklist.formats.base import Rule, unknown
from blocklist.release.claims import Cell, Claims, Numbers, Order, ends
from blocklist.release.tally import Put, Tally, turns


@dataclass(slots=True, kw_only=True)
class Strip:
    """One format's file of the whole list."""

    form: Format
    head: bytes
    """Its first lines."""
    lengths: Numbers
    """Bytes that it has of each claim, in the files' order; 0: the claim is left out."""
    tallies: list[Tally]
    """By cell."""

    def bounds(self, order: Order) -> list[int]:
        """Return where each cell of ``order`` begins in the file, and where the last one ends."""
        found: list[int] = (ends(self.lengths)[order.bounds] + len(self.head)).tolist()
        return found


def write_strips(claims: Claims, order: Order, header: Header, put: Put) -> list[Strip]:
    """Write the whole list in every format, by ``put``."""
    growing = [_Growing(each, each.first_lines(header), put) for each in all_formats()]
    for at, cell in enumerate(order.cells):
        for each in growing:
            each.tallies.append(Tally(format=each.form.name))
        for turn in turns(order.in_cell(at)):
            rules = [claims.rule(number) for number in turn]
            for each in growing:
                each.add(cell, rules)
    return [
        Strip(
            form=each.form,
            head=each.head,
            lengths=np.frombuffer(each.lengths, np.uint32).astype(np.int64)
            if each.lengths
            else np.zeros(0, np.int64),
            tallies=each.tallies,
        )
        for each in growing
    ]


class _Growing:
    """A strip in the making."""

    def __init__(self, form: Format, head: bytes, put: Put) -> None:
        self.form = form
        self.head = head
        self.lengths = array("I")
        self.tallies: list[Tally] = []
        self._put = put
        put(form.filename, head)

    def add(self, cell: Cell, rules: Sequence[Rule]) -> None:
        """Add ``rules``, all of ``cell``, which is the last of those begun."""
        if cell.scope not in self.form.scopes:
            self.lengths.frombytes(bytes(self.lengths.itemsize * len(rules)))
            self.tallies[-1].omitted[unknown(cell.scope)] += len(rules) - _aliases(rules)
            return
        texts, reasons = self.form.said(rules)
        self._put(self.form.filename, "".join(texts).encode("ascii"))
        self.lengths.extend(map(len, texts))
        count(self.tallies[-1], rules, reasons)


def count(tally: Tally, rules: Sequence[Rule], reasons: dict[int, str], sign: int = 1) -> None:
    """Count ``rules`` of known scopes, of which those in ``reasons`` are left out; ``sign`` -1: no longer."""
    aliases, left_aliases = _aliases(rules), sum(rules[at].alias for at in reasons)
    tally.aliases += sign * (aliases - left_aliases)
    tally.entries += sign * (len(rules) - aliases - (len(reasons) - left_aliases))
    for at, reason in reasons.items():
        if not rules[at].alias:
            tally.omitted[reason] += sign


def _aliases(rules: Iterable[Rule]) -> int:
    return sum([rule.alias for rule in rules])
