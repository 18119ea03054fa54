"""Words that are turned round: "we never sell replicas", "拒绝野味", "replicas are refused".

What is denied is no evidence for it. Only the words right after a negation are turned, and the goods listed
after them; a denial turns what its sentence said before. A negation that is itself part of a policy's word
("no prescription") turns nothing. An excuse that is denied ("no tax stamp") excuses nothing; "no photo ID, no
sale" and "never without a valid prescription" deny nothing.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from crawler.judge.groups import Part
from crawler.judge.lexicon import Lexicon
from crawler.judge.sentences import CLAUSE_STOP, DENIAL_STOP
from crawler.judge.signals import Found, Text

REACH = 12  # characters that may stand between the negation and what it turns
BACK = 40  # characters that may stand between goods and the denial after them
_TURNED = frozenset({Part.TERM, Part.OFFER, Part.AGGRAVATING, Part.MINORS, Part.SEXUAL})
_WORDLESS = {Part.NEGATION, Part.DENIAL, Part.VOICE}
_NEGATION, _DENIAL = Part.NEGATION, Part.DENIAL  # asked of its class a member costs a call
_TERM, _EXCUSE = Part.TERM, Part.EXCUSE
_TURNING = {_NEGATION, _DENIAL}


def upright_and_turned(
    found: Sequence[Found], text: Text, lexicon: Lexicon
) -> tuple[list[Found], list[Found]]:
    """Part ``found`` into the words that hold, and those that a negation turns round; each in order."""
    pairs = [(one, lexicon.parts_of(one.groups)) for one in found]
    words = [
        said
        for one, part in pairs
        if part - _WORDLESS and (said := _as_excused(one, text, lexicon) if _EXCUSE in part else one)
    ]
    whole = {(one.start, one.end) for one in words}
    turning = [(one, part) for one, part in pairs if part & _TURNING]
    turning = [(one, part) for one, part in turning if not _within(one, words, whole)]
    if not turning:
        return words, []
    ends = sorted(one.end for one, part in turning if _NEGATION in part)
    starts = sorted(one.start for one, part in turning if _DENIAL in part)
    upright = list(_upright(words, ends, starts, text, lexicon))
    if len(upright) == len(words):
        return upright, []
    kept = set(map(id, upright))
    return upright, [one for one in words if id(one) not in kept]


def _as_excused(one: Found, text: Text, lexicon: Lexicon) -> Found | None:
    """Return ``one`` without the excuses that are denied, those that tell apart; None: nothing is left."""
    groups = [lexicon.groups[number] for number in one.groups]
    if all(group.tells or group.part is not _EXCUSE for group in groups):
        return one
    if not is_lacking(one, text, lexicon):
        return one
    pairs = zip(one.groups, groups, strict=True)
    kept = tuple(number for number, group in pairs if group.tells or group.part is not _EXCUSE)
    return one._replace(groups=kept) if lexicon.parts_of(kept) - _WORDLESS else None


def is_lacking(one: Found, text: Text, lexicon: Lexicon) -> bool:
    """Whether the page says of a licence or another excuse that it is not there, or not asked for."""
    return lexicon.phrases.lacks(text.text, one.start, one.end)


def _upright(
    words: Sequence[Found], ends: Sequence[int], starts: Sequence[int], text: Text, lexicon: Lexicon
) -> Iterable[Found]:
    listed = -1  # where the goods turned last end: what is listed after them is turned as well
    for one in words:
        parts = lexicon.parts_of(one.groups)
        turned = not parts.isdisjoint(_TURNED) and (
            (ends and _turned(one, ends, text))
            or (starts and _denied(one, starts, text))
            or _bars_the_sale(one, text, lexicon)
            or (listed >= 0 and _listed_after(listed, one, text, lexicon))
        )
        if not turned:
            yield one
        elif _TERM in parts:
            listed = max(listed, one.end)


def _listed_after(listed: int, one: Found, text: Text, lexicon: Lexicon) -> bool:
    return one.start < listed or lexicon.phrases.joining.fullmatch(text.text, listed, one.start) is not None


def _bars_the_sale(one: Found, text: Text, lexicon: Lexicon) -> bool:
    """Whether a mark of unlawful sale, or a circumstance, is what the seller does not put up with."""
    marks = lexicon.is_unlawful(one.groups) or Part.AGGRAVATING in lexicon.parts_of(one.groups)
    return marks and lexicon.phrases.bars(text.text, one.end)


def _within(one: Found, words: Sequence[Found], whole: set[tuple[int, int]]) -> bool:
    """Whether the negation is a piece of one of the policy's own words."""
    if (one.start, one.end) in whole:
        return True
    at = bisect_left(words, one.start - 40, key=lambda word: word.start)
    for word in words[at:]:
        if word.start > one.start:
            return False
        if one.end <= word.end:
            return True
    return False


def _turned(one: Found, ends: Sequence[int], text: Text) -> bool:
    at = bisect_left(ends, one.start + 1) - 1
    if at < 0 or one.start - ends[at] > REACH:
        return False
    return CLAUSE_STOP.search(text.text, ends[at], one.start) is None


def _denied(one: Found, starts: Sequence[int], text: Text) -> bool:
    at = bisect_left(starts, one.end)
    if at >= len(starts) or starts[at] - one.end > BACK:
        return False
    return DENIAL_STOP.search(text.text, one.end, starts[at]) is None
