"""The rules of a style sheet that may say something of note, found by their words; most say nothing.

Of a shop's hundreds of rules a few hide or move text: one pass finds the words in which that is said, and
only the rules around them are read. What they say is left to ``hidden`` and ``order``.
"""

import re
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick

from crawler.read.words import all_hits

_LONGEST = 1_000  # characters of one rule's declarations
_RULE = re.compile(rf"\{{([^{{}}]{{0,{_LONGEST}}})\}}")
_SELECTORS = re.compile(r"[^{}@;]*\Z")
_BEFORE = 400  # characters of selectors before a rule


def telling_rules(sheet: str, telling: AhoCorasick) -> Iterator[tuple[int, str]]:
    """Yield where each rule begins, and its declarations, of those that may hold a word of ``telling``.

    The words are in lower case and hold no closing brace, an opening one only as their first character.
    """
    if not sheet.isascii():  # whose letters could match in another case
        yield from ((rule.start(), rule[1]) for rule in _RULE.finditer(sheet))
        return
    done = 0
    for _, _, end in all_hits(telling, sheet.lower()):
        if end <= done:
            continue
        begin = sheet.rfind("{", max(0, end - 1 - _LONGEST), end - 1)
        if begin < 0 or sheet.find("}", begin, end) >= 0:
            continue
        last = sheet.find("}", end, begin + _LONGEST + 2)
        if last >= 0 and sheet.find("{", end, last) < 0:
            done = last
            yield begin, sheet[begin + 1 : last]


def selectors(sheet: str, begin: int) -> list[str]:
    """Return the selectors of the rule that begins at ``begin``."""
    found = _SELECTORS.search(sheet[max(begin - _BEFORE, 0) : begin])
    return found[0].split(",") if found else []
