"""Words that are turned round: "we never sell replicas", "拒绝野味", "replicas are refused".

What is denied is no evidence for it. Only the words right after a negation are turned, and the goods listed
after them; a denial turns what its sentence said before. A negation that is itself part of a policy's word
("no prescription") turns nothing. An excuse that is denied ("no tax stamp") excuses nothing; "no photo ID, no
sale" and "never without a valid prescription" deny nothing.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from crawler.judge.groups import Part
from crawler.judge.lexicon import Lexicon
from crawler.judge.signals import Found, Text

REACH = 12  # characters that may stand between the negation and what it turns
BACK = 40  # characters that may stand between goods and the denial after them
_STOP = re.compile("[.,;:!?\u3002\uff0c\uff1b\uff1a\uff01\uff1f\u3001\u00b6\n|]")
_END = re.compile("[.;:!?\u3002\uff1b\uff1a\uff01\uff1f\u00b6\n|]")
_LISTED = re.compile(
    " ?(?:[,\uff0c\u3001/]|or|and|nor|\u6216|\u53ca|\u548c|\u7b49)"
    "(?: ?(?:or|and|nor|any|a))?(?: [a-z]{1,12})? ?"
)
"""What stands between the members of a list."""
_TURNED = (Part.TERM, Part.OFFER, Part.AGGRAVATING, Part.MINORS, Part.SEXUAL)
_WORDLESS = {Part.NEGATION, Part.DENIAL, Part.VOICE}

_ASIDE = 40  # characters before an excuse in which it is denied, or after it
_LACKING = re.compile(
    r"(?:\b(?:no|without|not(?= an? | any )|"
    r"(?:do not|don['\u2019]t|never) (?:need|ask for|ask|check|require))"
    r"(?: need for| a| an| any| the| your| valid| real| such){0,3} "
    r"|\u65e0\u9700|(?<!\u6709)\u65e0|\u4e0d\u9700\u8981?|\u4e0d\u7528|\u6ca1\u6709)\Z",
    re.IGNORECASE,
)
"""What says, right before an excuse, that it is not there."""
_WAIVED = re.compile(
    r"s?(?: is| are)? (?:not|never) (?:needed|required|necessary|asked|checked)\b"
    "|\u4e0d\u9700\u8981|\u4e0d\u7528",
    re.IGNORECASE,
)
"""The same right after it."""
_DENIED_TWICE = re.compile(
    r"\b(?:no|not|never|cannot|nobody|none|nothing|illegal|unlawful|offence|offense|prohibited|refuse|if|unless|who)\b"
    "|n['\u2019]t\\b|[\u4e0d\u7981\u672a\u52ff\u5426\u82e5]|\u67e5\u5904|\u5982\u679c",
    re.IGNORECASE,
)
"""What makes of a lack, in the same clause, something that the page does not put up with."""
_NO_SALE = re.compile(
    r"[ ,:;-]{1,3}no (?:sales?|service|entry|admission|supply|delivery|purchase|transfer|exceptions?)\b"
    "|[\uff0c ]?(?:\u6055|\u6982|\u4e00\u5f8b)?\u4e0d(?:\u552e|\u5356|\u5f97|\u80fd|\u53ef|\u4e88)",
    re.IGNORECASE,
)


def upright_and_turned(
    found: Sequence[Found], text: Text, lexicon: Lexicon
) -> tuple[list[Found], list[Found]]:
    """Part ``found`` into the words that hold, and those that a negation turns round; each in order."""
    parts = [{lexicon.groups[number].part for number in one.groups} for one in found]
    pairs = list(zip(found, parts, strict=True))
    words = [
        said
        for one, part in pairs
        if part - _WORDLESS and (said := _as_excused(one, text, lexicon) if Part.EXCUSE in part else one)
    ]
    whole = {(one.start, one.end) for one in words}
    turning = [(one, part) for one, part in pairs if part & {Part.NEGATION, Part.DENIAL}]
    turning = [(one, part) for one, part in turning if not _within(one, words, whole)]
    if not turning:
        return words, []
    ends = sorted(one.end for one, part in turning if Part.NEGATION in part)
    starts = sorted(one.start for one, part in turning if Part.DENIAL in part)
    upright = list(_upright(words, ends, starts, text, lexicon))
    kept = set(map(id, upright))
    return upright, [one for one in words if id(one) not in kept]


def is_lacking(one: Found, text: Text) -> bool:
    """Whether the page says of a licence or another excuse that it is not there, or not asked for."""
    before = text.text[max(0, one.start - _ASIDE) : one.start]
    after = text.text[one.end : one.end + _ASIDE]
    if lack := _LACKING.search(before):
        clause = _STOP.split(before[: lack.start()])[-1]
        return _DENIED_TWICE.search(clause) is None and _NO_SALE.match(after) is None
    return _WAIVED.match(after) is not None


def _as_excused(one: Found, text: Text, lexicon: Lexicon) -> Found | None:
    """Return ``one`` without the excuses that are denied, those that tell apart; None: nothing is left."""
    groups = [lexicon.groups[number] for number in one.groups]
    if all(group.tells or group.part is not Part.EXCUSE for group in groups) or not is_lacking(one, text):
        return one
    pairs = zip(one.groups, groups, strict=True)
    kept = tuple(number for number, group in pairs if group.tells or group.part is not Part.EXCUSE)
    return replace(one, groups=kept) if {lexicon.groups[number].part for number in kept} - _WORDLESS else None


def _upright(
    words: Sequence[Found], ends: Sequence[int], starts: Sequence[int], text: Text, lexicon: Lexicon
) -> Iterable[Found]:
    listed = -1  # where the goods turned last end: what is listed after them is turned as well
    for one in words:
        turned = _can_turn(one, lexicon) and (
            _turned(one, ends, text) or _denied(one, starts, text) or _listed_after(listed, one, text)
        )
        if not turned:
            yield one
        elif any(lexicon.groups[number].part is Part.TERM for number in one.groups):
            listed = max(listed, one.end)


def _listed_after(listed: int, one: Found, text: Text) -> bool:
    if listed < 0:
        return False
    return one.start < listed or _LISTED.fullmatch(text.text, listed, one.start) is not None


def _can_turn(one: Found, lexicon: Lexicon) -> bool:
    return any(lexicon.groups[number].part in _TURNED for number in one.groups)


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
    return _STOP.search(text.text, ends[at], one.start) is None


def _denied(one: Found, starts: Sequence[int], text: Text) -> bool:
    at = bisect_left(starts, one.end)
    if at >= len(starts) or starts[at] - one.end > BACK:
        return False
    return _END.search(text.text, one.end, starts[at]) is None
