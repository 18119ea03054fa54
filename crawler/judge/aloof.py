"""What a page holds at arm's length by how its sentences are built, in whatever words for whatever goods.

The speaker refuses to deal ("we cannot make …", "…一律不做"); somebody else deals ("people who sell …",
"有人卖 …"); an amount is a fine or a wage; the goods are part of another thing's name ("passport *cover*",
"毕业证*外壳*"). Last a claim that no machine can check: a licence with its number. The words of each are the
policy's. Only pages that stand accused are asked; what follows is left to ``voice``.
"""

from collections.abc import Iterable, Iterator

from blocklist.policy import PhraseKind, Policy, VoiceKind
from crawler.judge.phrases import any_of_words, compiled
from crawler.judge.spelling import is_latin
from crawler.read.words import Begins, Begun

_NAME = 14  # characters of a name that may follow the goods' ("毕业证" + "保护套")
_BEFORE = 24  # characters before the goods that say that they are none ("test kit for ", "rubber ")
_HAN = "[\u4e00-\u9fff]"
_STOPS = "\u3002\uff1b;\uff01!\uff0c,\u3001\n\u00b6|"  # end a clause in Chinese
_CLAUSE_END = rf"(?=[{_STOPS}]|\Z)"
_ASKING = "(?!.?[\u5417\u55ce\u4e48\u9ebc?\uff1f])"  # "有人收吗" looks for a buyer
_LICENCE_GAP = r"(?: no\.| nr\.| ref\.)?[^.!?\n\u00b6|\u3002$\u20ac\u00a3]{0,30}?"
_LICENCE_ZH = rf"(?:[ :\uff1a(\uff08]|{_HAN}){{0,8}}?"
# Five digits at least: fewer may be a price or a year.
_NUMBER = r"(?<![a-z\d$\u20ac\u00a3])(?:[a-z]{0,8}[-. ]?)?\d[\d-]{3,}\d"


class Aloof:
    """The shapes of one policy."""

    def __init__(self, policy: Policy) -> None:
        """Compile what the policy lists; a kind that it leaves out is never found."""
        words = {phrase.id: phrase.words for phrase in policy.phrases}

        def latin(kind: PhraseKind) -> str:
            return any_of_words(word for word in words.get(kind, ()) if is_latin(word[-1]))

        def han(kind: PhraseKind) -> str:
            return any_of_words(word for word in words.get(kind, ()) if not is_latin(word[-1]))

        def begun(pattern: str, *kinds: PhraseKind, more: Iterable[str] = ()) -> Begun:
            first = (word for kind in kinds for word in words.get(kind, ()))
            return Begun([*first, *more], compiled(pattern))

        deal, trade = latin(PhraseKind.DEALING), han(PhraseKind.DEALING)
        never = latin(PhraseKind.UNWILLING)
        fine = f"(?:{latin(PhraseKind.NO_PRICE)}|{han(PhraseKind.NO_PRICE)})"
        wage = f"(?:{latin(PhraseKind.NO_PRICE_AFTER)}|{han(PhraseKind.NO_PRICE_AFTER)})"
        self._told = {
            VoiceKind.DENY: begun(
                rf"{latin(PhraseKind.SPEAKER)} {never}(?: [a-z]+)? {deal}"
                rf"|(?:{never} be|(?:is|are) {never})(?: [a-z]+)? {deal}"
                rf"|{han(PhraseKind.UNWILLING)}{_HAN}{{0,3}}?{trade}{_CLAUSE_END}",
                PhraseKind.UNWILLING,
                more=[f"{word} " for word in (*words.get(PhraseKind.SPEAKER, ()), "is", "are")],
            ),
            VoiceKind.REPORT: begun(
                rf"{latin(PhraseKind.OTHERS)}(?: [a-z']+){{0,3}}? {deal}"
                rf"|{han(PhraseKind.OTHERS)}[^{_STOPS}]{{0,8}}?{trade}{_ASKING}",
                PhraseKind.OTHERS,
            ),
            VoiceKind.WARN: begun(
                rf"{fine}[^\d.{_STOPS}]{{0,8}}\d|(?:(?<=\d)|(?<=\d )){wage}",
                PhraseKind.NO_PRICE,
                PhraseKind.NO_PRICE_AFTER,
            ),
        }
        mock = f"(?:{latin(PhraseKind.MOCK)}|{han(PhraseKind.MOCK)})"
        self._not_the_thing = compiled(
            rf"(?:{latin(PhraseKind.THING)} (?:for|against|about)(?: the| your| an?)? |{mock} ?)\Z"
        )
        self._thing = compiled(
            f"[ -]?(?:[a-z]+ )?{latin(PhraseKind.THING)}|{_HAN}{{0,4}}?{han(PhraseKind.THING)}"
        )
        things, mocks = words.get(PhraseKind.THING, ()), words.get(PhraseKind.MOCK, ())
        self._things, self._things_or_mocks = Begins(things), Begins((*things, *mocks))
        self._licence = begun(
            f"{latin(PhraseKind.LICENCE)}{_LICENCE_GAP}{_NUMBER}|{han(PhraseKind.LICENCE)}{_LICENCE_ZH}{_NUMBER}",
            PhraseKind.LICENCE,
        )

    def told(self, text: str) -> Iterator[tuple[int, VoiceKind]]:
        """Yield where a sentence refuses to deal, says that somebody else does, or what it costs to."""
        for kind, pattern in self._told.items():
            for match in pattern.finditer(text):
                yield match.start(), kind

    def is_something_else(self, text: str, start: int, end: int) -> bool:
        """Whether the goods named at ``start:end`` only say what another thing is for, or are dummies."""
        # Most goods have no such word beside them, which is known in a hundredth of a pattern's time.
        if self._things.within(text, end, end + _NAME) and self._thing.match(text, end, end + _NAME):
            return True
        before = max(0, start - _BEFORE)
        if not self._things_or_mocks.within(text, before, start):
            return False
        return self._not_the_thing.search(text[before:start]) is not None

    def licence(self, text: str) -> tuple[int, int] | None:
        """Return where the page names a licence by its number; None: nowhere."""
        found = next(self._licence.finditer(text), None)
        return found.span() if found else None
