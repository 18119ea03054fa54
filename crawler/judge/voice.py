"""Who speaks on a page: what it says in its own voice, and what it only tells.

A seller speaks to a buyer. A reporter, adviser, researcher, novelist or lawful dealer repeats a seller's
words and holds them at arm's length: in quotation marks, or in a sentence that says who said it, that it is
refused, asked, or an offence. What is left without such words, and what follows, is left to ``decide``.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from blocklist.model import BlockKind, Evidence, EvidenceKind, Page
from blocklist.policy import SignalKind, VoiceKind
from blocklist.privacy import mask_contacts
from crawler.judge.evidence import MAX_EVIDENCE, MAX_EXCERPT
from crawler.judge.groups import Group, Part
from crawler.judge.lexicon import Lexicon
from crawler.judge.negation import is_lacking
from crawler.judge.places import price_places
from crawler.judge.sentences import SENTENCE_END
from crawler.judge.signals import Found, Text

_TELLS = 0.08, 2  # share of the text told, and different cues of telling, from which nothing is listed unseen
_MOSTLY = (0.2, 3), (0.1, 5)  # the same, marks of a document counted in, from which the page is there to tell
_QUOTED = 0.5  # share of the visible text that blocks of quotation may take up
_OF_A_KIND = 2  # different marks of a document, or of a lawful dealer, that make the page one
_WHOLE_PAGE = frozenset({VoiceKind.DOCUMENT, VoiceKind.LAWFUL, VoiceKind.DISCLAIM})

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A page as far as it speaks itself."""

    page: Page
    """Without the prices and contacts that are only told."""
    own: tuple[Found, ...]
    """The words that are not only told."""
    button: bool
    """True: a button begins a purchase."""
    share: float
    """How much of the text is told, 0 to 1."""
    places: int
    """Quotations and telling sentences, apart from each other."""
    cues: int
    """Different words by which it tells."""
    marks: Mapping[VoiceKind, int]
    """Different marks of a document, and of a lawful dealer."""
    heard: Mapping[VoiceKind, Found]
    """The first word of each kind."""
    titled: bool
    """True: the page's title tells: it reports, warns, asks, or names a recall or an exhibition."""
    licence: Span | None
    """Where it claims a licence by its number, which a person can check and no machine; None: nowhere."""

    @property
    def tells(self) -> bool:
        """Whether too much is told, or promised, for anything on the page to be listed without a person."""
        told = self.share >= _TELLS[0] and self.cues >= _TELLS[1]
        disclaims = VoiceKind.DISCLAIM in self.marks
        claims = disclaims or self.licence is not None
        return told or claims or self.titled or any(count >= _OF_A_KIND for count in self.marks.values())

    @property
    def mostly_tells(self) -> bool:
        """Whether telling is what the page is for, unless it also sells."""
        words = self.cues + self.marks.get(VoiceKind.DOCUMENT, 0)
        return any(self.share >= share and words >= least for share, least in _MOSTLY)


def voice_of(
    page: Page, text: Text, heard: Sequence[Found], upright: Sequence[Found], lexicon: Lexicon
) -> Voice:
    """Tell own words from told ones; ``heard`` is all that was found, ``upright`` what of it counts."""
    cues: list[Found] = []
    marks: dict[VoiceKind, set[int]] = defaultdict(set)
    first: dict[VoiceKind, Found] = {}
    titled = lexicon.phrases.tells(page.title)
    for one in heard:
        if text.blocks[one.block].hidden:
            continue  # nobody is told what nobody sees
        for number in one.groups:
            kind = lexicon.groups[number].voice
            if text.blocks[one.block].kind is BlockKind.TITLE and not one.guessed:
                titled = titled or _tells(lexicon.groups[number])
            if kind is None or (kind is VoiceKind.LAWFUL and is_lacking(one, text, lexicon)):
                continue
            first.setdefault(kind, one)
            if kind in _WHOLE_PAGE:
                marks[kind].add(one.word)
            else:
                cues.append(one)
    told_at = [(at, kind) for at, kind in lexicon.aloof.told(text.text) if not _is_hidden(at, text)]
    quotes = _quoting_blocks(text) if cues or marks or told_at else frozenset()
    spans = _told(text, [*(one.start for one in cues), *(at for at, _ in told_at)], quotes)
    silent = _merged([*spans, *lexicon.phrases.sharing(text.text)])
    starts = [start for start, _ in silent]

    def told(start: int) -> bool:
        at = bisect_right(starts, start) - 1
        return at >= 0 and start < silent[at][1]

    placed = zip(page.prices, price_places(page, text), strict=True)
    prices = tuple(price for price, at in placed if not told(at))
    contacts = tuple(contact for contact in page.contacts if contact.block not in quotes)
    same = len(prices) == len(page.prices) and len(contacts) == len(page.contacts)
    own = tuple(_not_else([one for one in upright if not told(one.start)], text, lexicon))
    return Voice(
        page=page if same else replace(page, prices=prices, contacts=contacts),
        own=own,
        button=any(_is_button(one, text, lexicon) for one in own),
        share=sum(end - start for start, end in spans) / max(1, len(text.text) - text.unseen),
        places=len(spans),
        cues=len({one.word for one in cues}) + len({kind for _, kind in told_at}),
        marks={kind: len(words) for kind, words in marks.items()},
        heard=first,
        titled=titled,
        licence=lexicon.aloof.licence(text.text),
    )


def with_voice(evidence: Sequence[Evidence], voice: Voice, text: Text, category: str) -> tuple[Evidence, ...]:
    """Add what showed who speaks, noted and not weighed: the first word of each kind."""
    said = tuple(
        Evidence(
            rule=f"{category}/voice/{kind}",
            kind=EvidenceKind.EXCUSE,
            category=category,
            excerpt=mask_contacts(text.excerpt(one.start, one.end))[:MAX_EXCERPT],
            weight=0.0,
        )
        for kind, one in sorted(voice.heard.items())
    )
    return (*evidence[: MAX_EVIDENCE - len(said)], *said)


def _is_hidden(at: int, text: Text) -> bool:
    return text.blocks[text.block_at(at)].hidden


def _not_else(words: Iterable[Found], text: Text, lexicon: Lexicon) -> Iterator[Found]:
    """Yield ``words`` without goods that only say what another thing is for, or are listed after such."""
    last = -1  # where such goods end: "test kits for cocaine, heroin and meth"
    for one in words:
        if not any(lexicon.groups[number].part is Part.TERM for number in one.groups):
            yield one
        elif (
            lexicon.aloof.is_something_else(text.text, one.start, one.end)
            or one.start < last
            or (last > 0 and lexicon.phrases.joining.fullmatch(text.text, last, one.start) is not None)
        ):
            last = max(last, one.end)
        else:
            yield one


def _tells(group: Group) -> bool:
    """Whether a word tells, whatever the goods; what only one kind has beside it may be its cover."""
    if group.voice is not None:
        return group.voice is not VoiceKind.LAWFUL
    return group.tells and group.category is None


def _is_button(one: Found, text: Text, lexicon: Lexicon) -> bool:
    block = text.blocks[one.block]
    if block.kind is not BlockKind.CONTROL and not lexicon.phrases.is_button(block.text):
        return False
    return any(
        lexicon.groups[number].direct and lexicon.groups[number].kind is SignalKind.OFFER
        for number in one.groups
    )


def _quoting_blocks(text: Text) -> frozenset[int]:
    """Return the blocks marked up as quotations, unless the page is mostly that: then nobody is quoted."""
    quotes = [number for number, block in enumerate(text.blocks) if block.kind is BlockKind.QUOTE]
    size = sum(len(text.blocks[number].text) for number in quotes)
    return frozenset(quotes if size <= _QUOTED * text.visible else ())


def _told(text: Text, cues: Sequence[int], quotes: Iterable[int]) -> list[Span]:
    """Return the spans that are told, in order and apart."""
    spans = list(text.quotations.spans)
    spans += ((text.starts[at], text.starts[at] + len(text.blocks[at].text)) for at in quotes)
    if text.unseen:
        spans = [span for span in spans if not text.blocks[text.block_at(span[0])].hidden]
    ends = [match.end() for match in SENTENCE_END.finditer(text.text)] if cues else []
    for start in cues:
        at = bisect_right(ends, start)
        spans.append((ends[at - 1] if at else 0, ends[at] if at < len(ends) else len(text.text)))
    return _merged(spans)


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
