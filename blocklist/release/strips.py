"""The whole list in each format of single lines, written rule by rule: from these strips all sets are cut.

A strip is the file of the whole list as it lies in ``list/``, with what is known of it by claim and by cell.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from blocklist.formats import Format, Header, all_formats
from blocklist.formats.base import Rule, unknown
from blocklist.release.changes import Change, Reordered
from blocklist.release.claims import Cell, Claims, Order
from blocklist.release.splice import Numbers, OldFile, Splice, ends
from blocklist.release.spool import Spool
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


def splice_strips(
    old: Mapping[str, Strip],
    before: Mapping[str, OldFile],
    change: Change,
    reordered: Reordered,
    header: Header,
    spool: Spool,
) -> list[Strip]:
    """Do the same from the strips of the release ``before``, which are what they were."""
    left = [(cell, [change.old.rule(each) for each in numbers]) for cell, numbers in reordered.left]
    entered = [(cell, [change.new.rule(each) for each in numbers]) for cell, numbers in reordered.entered]
    made, splice = [], Splice(reordered.source)
    for form in all_formats():
        strip, head = old[form.name], form.first_lines(header)
        tallies = {cell: strip.tallies[at].copy() for at, cell in enumerate(reordered.before.cells)}
        for cell, rules in left:
            _said(form, cell, rules, tallies[cell], sign=-1)
        texts: list[str] = []
        for cell, rules in entered:
            texts += _said(form, cell, rules, tallies.setdefault(cell, Tally(format=form.name)))
        begins = ends(strip.lengths) + len(strip.head)
        fresh = [text.encode("ascii") for text in texts]
        spool.put(form.filename, head)
        spool.put_all(form.filename, splice.file(before[form.filename], begins, fresh))
        made.append(
            Strip(
                form=form,
                head=head,
                lengths=splice.column(strip.lengths, list(map(len, fresh))),
                tallies=[tallies[cell] for cell in reordered.order.cells],
            )
        )
    return made


def _said(form: Format, cell: Cell, rules: Sequence[Rule], tally: Tally, sign: int = 1) -> list[str]:
    """Return what ``form`` says of ``rules``, all of ``cell``, and count it; ``sign`` -1: no longer."""
    if cell.scope not in form.scopes:
        tally.omitted[unknown(cell.scope)] += sign * (len(rules) - _aliases(rules))
        return [""] * len(rules)
    texts, reasons = form.said(rules)
    count(tally, rules, reasons, sign)
    return texts


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
        texts = _said(self.form, cell, rules, self.tallies[-1])
        self._put(self.form.filename, "".join(texts).encode("ascii"))
        self.lengths.extend(map(len, texts))


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
