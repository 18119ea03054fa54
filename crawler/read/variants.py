"""Letters that one language writes in several ways: read as the plainest of them.

Arabic: the hamza on alef, final ya and ta marbuta, which writers leave out or interchange, the Persian forms
of kaf and ya, both sets of digits; vowel marks and tatweel draw no letter (what search engines fold, after
Larkey, Ballesteros and Connell, SIGIR 2002). Chinese: variants that traditional to simplified leaves apart.
What is read so is matched only; excerpts quote the page.
"""

_LETTERS = {
    **dict.fromkeys("\u0622\u0623\u0625\u0671", "\u0627"),  # alef with madda, hamza above or below, wasla
    "\u0649": "\u064a",  # alef maksura: ya
    "\u06cc": "\u064a",  # Persian ya
    "\u06a9": "\u0643",  # Persian kaf
    "\u0629": "\u0647",  # ta marbuta: ha
    **{chr(first + digit): str(digit) for first in (0x0660, 0x06F0) for digit in range(10)},
}
_MARKS = ("\u0640", *map(chr, range(0x064B, 0x0660)), "\u0670", *map(chr, range(0x06D6, 0x06DD)))
"""Tatweel, the vowel and doubling marks, superscript alef and the small signs of recitation."""

ARABIC: dict[str, str] = {**_LETTERS, **dict.fromkeys(_MARKS, "")}
"""One letter to one letter, or to nothing."""

HAN: dict[str, str] = dict.fromkeys("\u5e33\u5e10", "\u8d26")
"""帳 and 帐, an account: the mainland writes 账."""
