# ruff: noqa: RUF001 - full-width signs are what is read
"""Amounts with a currency in running text: ``$5``, ``5 USD``, ``¥1,200.50``, ``300元``, ``0.01 BTC``.

A number alone is no price, and neither is a currency alone. Currencies are looked for first, all at once,
then numbers near them, then whether they belong together. Numerals in Chinese characters are left out.
"""

import re
from collections.abc import Iterator
from functools import cache

from ahocorasick_rs import AhoCorasick

from blocklist.model import Price
from blocklist.privacy.contacts import one_case
from crawler.read.currencies import CODES, CURRENCIES, HAN, POINTED, SIGNS
from crawler.read.joined import Joined
from crawler.read.limits import MAX_FOUND
from crawler.read.words import all_hits, automaton

_NUMBER = re.compile(
    r"[0-9](?:(?<![0-9.,][0-9])|(?<=^[0-9]))"
    r"(?:[0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]{1,8})?"
    r"|[0-9]{0,2}(?:\.[0-9]{3})+,[0-9]{1,2}(?![0-9])"
    r"|[0-9]{0,2}(?:\.[0-9]{3}){2,}(?![0-9])"
    r"|[0-9]{0,2}(?:[ \u00a0\u2009\u202f'][0-9]{3})+(?:[.,][0-9]{1,2})?(?![0-9])"
    r"|[0-9]{0,11}(?:[.,][0-9]{1,8})?)"
)
_BEFORE = re.compile(
    rf"(?:{'|'.join(map(re.escape, SIGNS))}|(?<![^\W\d_])(?:{'|'.join(CODES)})|人民币|人民幣)[ \u00a0:：]?\Z",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"([kKwW万萬千])?\+?,?-?[ \u00a0]?"
    rf"({'|'.join(map(re.escape, SIGNS))}|(?:{'|'.join(CODES)})(?![^\W\d_])|{'|'.join(HAN)})",
    re.IGNORECASE,
)
_TIMES_AFTER = re.compile(r"([kKwW万萬千])(?![A-Za-z])")
_TIMES = {"k": 1e3, "w": 1e4, "万": 1e4, "萬": 1e4, "千": 1e3}
_NOT_MONEY = re.compile(r"元(?:素|旦|件|宵|月|老|首|帅|凶|组|始|宝|宇)|块(?![钱。，,.！!？? /一每起包]|$)")
_GAPS = re.compile(r"[ \u00a0\u2009\u202f']")
_SPACING = " \u00a0:："
_ENDS = frozenset(ending for sign in CURRENCIES for ending in (sign[-1], sign[-1].upper()))
_ALONE = frozenset(
    sign
    for sign in SIGNS
    if len(sign) == 1 and all(other[-2:-1].isalpha() for other in CURRENCIES if other[-1] == sign != other)
)
"""Signs that are part of a longer one only after a letter, as in ``US$``."""
_WIDEST = 10  # characters before a number that may hold a currency
_NEAR = 48  # characters on either side of a currency that hold all of a number beside it


def find_prices(joined: Joined) -> tuple[Price, ...]:
    """Return the prices of all blocks, hidden ones included, in order; at most ``MAX_FOUND``."""
    text = joined.text
    found: list[Price] = []
    for number in _numbers(text):
        start, end = number.span()
        before = _before(text[max(start - _WIDEST, 0) : start])
        after = None if before else _AFTER.match(text, end)
        if before:
            sign, times = before, _TIMES_AFTER.match(text, end)
            start -= len(before)
            end = times.end() if times else end
        elif after and not _NOT_MONEY.match(text, after.start(2)):
            sign, times = after[2], after
            end = after.end()
        else:
            continue
        currency = CURRENCIES[one_case(sign.strip(_SPACING))]
        amount = _amount(number[0], currency) * _TIMES.get((times[1] or "").lower() if times else "", 1.0)
        found.append(Price(text=text[start:end], amount=amount, currency=currency, block=joined.block(start)))
        if len(found) >= MAX_FOUND:
            break
    return tuple(found)


def _before(ahead: str) -> str:
    """Return the currency that ends ``ahead``, and the gap after it; empty: none does."""
    written = ahead.rstrip(_SPACING)
    sign = written[-1:]
    if sign not in _ENDS:
        return ""
    if sign in _ALONE and not written[-2:-1].isalpha():  # most: told in a tenth of the pattern's time
        return ahead[len(written) - 1 :] if len(ahead) - len(written) <= 1 else ""
    found = _BEFORE.search(ahead)
    return found[0] if found else ""


def _numbers(text: str) -> Iterator[re.Match[str]]:
    """Find the numbers that may have a currency beside them, in order."""
    windows: list[tuple[int, int]] = []
    for _, start, end in all_hits(_currencies(), text):
        first, last = max(start - _NEAR, 0), end + _NEAR
        if windows and first <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(last, windows[-1][1]))
        else:
            windows.append((first, last))
    for first, last in windows:
        yield from _NUMBER.finditer(text, first, last)


@cache
def _currencies() -> AhoCorasick:
    return automaton(sorted({form for sign in CURRENCIES for form in (sign, sign.upper(), sign.title())}))


def _amount(number: str, currency: str) -> float:
    """Read a number with either decimal mark: a comma before three digits groups thousands."""
    if number.isdigit():
        return float(number)
    plain = _GAPS.sub("", number)
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma > point and len(plain) - comma != 4:  # noqa: PLR2004 - the comma and three digits
        return float(plain.replace(".", "").replace(",", "."))
    if point > comma and (plain.count(".") > 1 or (currency in POINTED and len(plain) - point == 4)):  # noqa: PLR2004 - as above
        return float(plain.replace(".", ""))
    return float(plain.replace(",", ""))
