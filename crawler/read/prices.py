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
_SPACING = " \u00a0:："
_ENDS = frozenset(ending for sign in CURRENCIES for ending in (sign[-1], sign[-1].upper()))
_WIDEST = 10  # characters before a number that may hold a currency
_NEAR = 48  # characters on either side of a currency that hold all of a number beside it


def find_prices(joined: Joined) -> tuple[Price, ...]:
    """Return the prices of all blocks, hidden ones included, in order; at most ``MAX_FOUND``."""
    text = joined.text
    found: list[Price] = []
    for number in _numbers(text):
        start, end = number.span()
        ahead = text[max(start - _WIDEST, 0) : start]
        before = _BEFORE.search(ahead) if ahead.rstrip(_SPACING)[-1:] in _ENDS else None
        after = None if before else _AFTER.match(text, end)
        if before:
            sign, times = before[0], _TIMES_AFTER.match(text, end)
            start -= len(before[0])
            end = times.end() if times else end
        elif after and not _NOT_MONEY.match(text, after.start(2)):
            sign, times = after[2], after
            end = after.end()
        else:
            continue
        currency = CURRENCIES[sign.strip(_SPACING).lower()]
        amount = _amount(number[0], currency) * _TIMES.get((times[1] or "").lower() if times else "", 1.0)
        found.append(Price(text=text[start:end], amount=amount, currency=currency, block=joined.block(start)))
        if len(found) >= MAX_FOUND:
            break
    return tuple(found)


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
    plain = re.sub(r"[ \u00a0\u2009\u202f']", "", number)
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma > point and len(plain) - comma != 4:  # noqa: PLR2004 - the comma and three digits
        return float(plain.replace(".", "").replace(",", "."))
    if point > comma and (plain.count(".") > 1 or (currency in POINTED and len(plain) - point == 4)):  # noqa: PLR2004 - as above
        return float(plain.replace(".", ""))
    return float(plain.replace(",", ""))
