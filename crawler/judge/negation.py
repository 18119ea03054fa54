"""Words that are turned round: "we never sell replicas", "拒绝野味". What is denied is no evidence for it.

Only the words right after a negation are turned, within the sentence, and a negation that is itself part of a
policy's word ("no prescription") turns nothing.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence

from crawler.judge.groups import Part
from crawler.judge.lexicon import Lexicon
from crawler.judge.signals import Found, Text

REACH = 12  # characters that may stand between the negation and what it turns
_STOP = re.compile("[.,;:!?\u3002\uff0c\uff1b\uff1a\uff01\uff1f\u3001\u00b6\n|]")
_TURNED = (Part.TERM, Part.OFFER, Part.AGGRAVATING, Part.MINORS, Part.SEXUAL)


def without_negated(found: Sequence[Found], text: Text, lexicon: Lexicon) -> list[Found]:
    """``found`` without the words that a negation turns round, in the same order."""
    parts = [{lexicon.groups[number].part for number in one.groups} for one in found]
    words = [one for one, part in zip(found, parts, strict=True) if part != {Part.NEGATION}]
    whole = {(one.start, one.end) for one in words}
    ends = sorted(
        one.end
        for one, part in zip(found, parts, strict=True)
        if Part.NEGATION in part and not _within(one, words, whole)
    )
    if not ends:
        return words
    return [one for one in words if not (_can_turn(one, lexicon) and _turned(one, ends, text))]


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
