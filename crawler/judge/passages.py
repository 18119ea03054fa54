"""A page's text with the evidence marked where it stands, in the original words; contacts are masked."""

from collections.abc import Collection, Iterator, Sequence

from blocklist.model import Page, Passage, Piece
from blocklist.policy import Policy
from blocklist.privacy import MASK, contact_spans
from crawler.judge.evidence import rule_of
from crawler.judge.lexicon import lexicon_of
from crawler.judge.signals import find, text_of

_Span = tuple[int, int, str]
"""Start, end, and the rule; a contact's rule is the mask."""


def passages(page: Page, policy: Policy, category: str, rules: Collection[str]) -> tuple[Passage, ...]:
    """Return the blocks of ``page`` in reading order; what the ``rules`` of evidence found is marked.

    The words between marks are those of the page: put together again they are its text, but for contacts.
    """
    lexicon, text = lexicon_of(policy), text_of(page)
    spans: dict[int, list[_Span]] = {}
    for found in find(text, lexicon):
        named = (rule_of(category, lexicon.groups[group]) for group in found.groups)
        if rule := next((each for each in named if each in rules), ""):
            start = text.starts[found.block]
            spans.setdefault(found.block, []).append((found.start - start, found.end - start, rule))
    return tuple(
        Passage(
            kind=block.kind,
            hidden=block.hidden,
            boilerplate=block.boilerplate,
            pieces=tuple(_pieces(block.text, spans.get(number, []))),
        )
        for number, block in enumerate(text.blocks)
        if block.text.strip()
    )


def _pieces(text: str, marks: Sequence[_Span]) -> Iterator[Piece]:
    """Cut ``text``; where a mark and a contact meet, the contact is masked."""
    masks = [(start, end, MASK) for start, end in contact_spans(text)]
    clear = [one for one in marks if not any(one[0] < end and start < one[1] for start, end, _ in masks)]
    at = 0
    for start, end, rule in sorted([*masks, *clear], key=lambda one: (one[0], -one[1])):
        if start < at:
            continue
        if start > at:
            yield Piece(text[at:start])
        yield Piece(MASK) if rule == MASK else Piece(text[start:end], rule)
        at = end
    if at < len(text):
        yield Piece(text[at:])
