"""The policy's small words, looked for beside others: what lacks, insists, refuses, joins, shares.

They are few and asked for in a place, so that they are compiled apart from the lexicon and looked for as
written. What follows from them is left to ``negation``, ``voice`` and ``score``.
"""

import re
from collections.abc import Iterable, Iterator

from blocklist.policy import PhraseKind, Policy
from crawler.judge.sentences import CLAUSE_STOP
from crawler.judge.spelling import is_latin
from crawler.read.joined import BREAK
from crawler.read.words import Guarded

_ASIDE = 40  # characters before an excuse in which it is denied, or after it
_SOON = 12  # characters that may stand between an excuse and what waives it
_BETWEEN = 3  # such words at most between a lack and what lacks
_BAR = 120  # characters of a bar that shares the page
_LONGEST_BUTTON = 24  # characters; longer ones are not looked up
_DECORATION = " !+>\u00bb\u203a"  # beside a button's words


class Phrases:
    """The small words of one policy."""

    def __init__(self, policy: Policy) -> None:
        """Compile what the policy lists; a kind that it leaves out is never found."""
        words = {phrase.id: phrase.words for phrase in policy.phrases}

        def any_of(kind: PhraseKind) -> str:
            return any_of_words(words.get(kind, ()))

        lacking = words.get(PhraseKind.LACKING, ())
        spaced = any_of_words(word for word in lacking if is_latin(word[-1]))
        joined = any_of_words(word for word in lacking if not is_latin(word[-1]))
        between = any_of(PhraseKind.BETWEEN)
        self._lacking = Guarded(lacking, compiled(rf"(?:{spaced}(?: {between}){{0,{_BETWEEN}}} |{joined})\Z"))
        self._open = compiled(rf"{any_of(PhraseKind.OPEN)}\Z")
        waived = words.get(PhraseKind.WAIVED, ())
        self._waived = Guarded(waived, compiled(any_of_words(waived)))
        self._insists = compiled(any_of(PhraseKind.INSISTS))
        self._no_sale = compiled(rf"[ ,:;\uff0c-]{{0,3}}{any_of(PhraseKind.NO_SALE)}")
        self._refusing = compiled(any_of(PhraseKind.REFUSING))
        # Between two members of a list: "or", "and any other", a comma, or nothing but a letter's width.
        joining = any_of(PhraseKind.JOINING)
        self.joining = compiled(
            f" ?(?:[,\uff0c\u3001/]|{joining})(?: ?(?:{joining}|{between}))?(?: [a-z]{{1,12}})? ?"
        )
        bar = f" *{any_of(PhraseKind.SHARING)}[^{BREAK}]{{0,{_BAR}}}"
        self._first_bar, self._bar = compiled(bar), compiled(BREAK + bar)  # a literal is found quickly
        self._titled = compiled(any_of(PhraseKind.TITLED))
        self._buttons = frozenset(word.casefold() for word in words.get(PhraseKind.BUTTON, ()))

    def lacks(self, text: str, start: int, end: int) -> bool:
        """Whether the words around ``start:end``, an excuse, say that it is not there or not asked for."""
        before, after = text[max(0, start - _ASIDE) : start], text[end : end + _ASIDE]
        if (lack := self._lacking.search(before)) and self._open.search(before) is None:
            clause = CLAUSE_STOP.split(before[: lack.start()])[-1]
            return self._insists.search(clause) is None and self._no_sale.match(after) is None
        waived = self._waived.search(CLAUSE_STOP.split(after, 1)[0])
        return waived is not None and waived.start() <= _SOON

    def bars(self, text: str, end: int) -> bool:
        """Whether what ends at ``end`` bars the sale: "no prescription, *no sale*"."""
        return self._no_sale.match(text, end, end + _ASIDE) is not None

    def refuses(self, text: str, start: int, end: int) -> bool:
        """Whether ``start:end`` speaks of selling, so that a denial in it refuses a sale."""
        return self._refusing.search(text, max(0, start), end) is not None

    def sharing(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of bars that share the page, in order."""
        end = 0
        if first := self._first_bar.match(text):
            yield first.span()
            end = first.end()
        for bar in self._bar.finditer(text, end):
            yield bar.span()

    def tells(self, title: str) -> bool:
        """Whether a title tells about a trade."""
        return self._titled.search(title) is not None

    def is_button(self, words: str) -> bool:
        """Whether ``words`` are all that a button says which begins a purchase."""
        return len(words) <= _LONGEST_BUTTON and words.strip(_DECORATION).casefold() in self._buttons


def any_of_words(words: Iterable[str]) -> str:
    """Any of ``words`` as whole words, the longest first; what never matches where there are none."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(_whole, longest_first)) or '(?!)'})"


def _whole(word: str) -> str:
    said = re.escape(word).replace("'", "['\u2019]")
    left = r"(?<!\w)" if is_latin(word[0]) else ""
    return left + said + (r"(?!\w)" if is_latin(word[-1]) else "")


def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern in which upper and lower case are alike."""
    return re.compile(pattern, re.IGNORECASE)
