"""Amounts with a currency in running text: ``$5``, ``5 USD``, ``¥1,200.50``, ``300元``, ``0.01 BTC``.

A number alone is no price, and neither is a currency alone. Numerals in Chinese characters are left out.
"""

import re
from collections.abc import Iterable

from blocklist.model import Block, Price
from crawler.read.limits import MAX_FOUND

_CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollars": "USD", "dollar": "USD", "美元": "USD", "美金": "USD", "刀": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "欧元": "EUR", "歐元": "EUR",
    "£": "GBP", "gbp": "GBP", "英镑": "GBP", "英鎊": "GBP",
    "¥": "CNY", "￥": "CNY", "rmb": "CNY", "cny": "CNY", "元": "CNY", "块": "CNY", "塊": "CNY", "块钱": "CNY", "圆": "CNY",
    "人民币": "CNY", "人民幣": "CNY", "yuan": "CNY", "cn¥": "CNY", "jpy": "JPY", "日元": "JPY", "円": "JPY", "jp¥": "JPY",
    "hk$": "HKD", "hkd": "HKD", "港币": "HKD", "港幣": "HKD", "港元": "HKD", "nt$": "TWD", "twd": "TWD", "ntd": "TWD",
    "台币": "TWD", "台幣": "TWD", "新台币": "TWD", "新臺幣": "TWD", "a$": "AUD", "au$": "AUD", "aud": "AUD",
    "c$": "CAD", "ca$": "CAD", "cad": "CAD", "s$": "SGD", "sgd": "SGD", "chf": "CHF", "₽": "RUB", "rub": "RUB",
    "руб": "RUB", "₩": "KRW", "krw": "KRW", "₹": "INR", "inr": "INR", "฿": "THB", "thb": "THB", "₫": "VND",
    "vnd": "VND", "zł": "PLN", "pln": "PLN", "₺": "TRY", "₱": "PHP", "rp": "IDR", "idr": "IDR", "rm": "MYR",
    "r$": "BRL", "btc": "BTC", "₿": "BTC", "bitcoin": "BTC", "bitcoins": "BTC", "比特币": "BTC", "usdt": "USDT",
    "泰达币": "USDT", "xmr": "XMR", "monero": "XMR", "门罗币": "XMR", "eth": "ETH", "ltc": "LTC",
}  # fmt: skip
_NUMBER = r"\d{1,3}(?:[,\u2009\u202f' ]\d{3})+(?:\.\d{1,8})?|\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)|\d{1,12}(?:[.,]\d{1,8})?"
_SIGNS = sorted((c for c in _CURRENCIES if not c.isalpha()), key=len, reverse=True)
_HAN = sorted((c for c in _CURRENCIES if c.isalpha() and c[0] > "\u2e80"), key=len, reverse=True)
_CODES = sorted((c for c in _CURRENCIES if c.isalpha() and c[0] < "\u2e80"), key=len, reverse=True)
_BEFORE = rf"(?:{'|'.join(map(re.escape, _SIGNS))}|(?<![^\W\d_])(?:{'|'.join(_CODES)})|人民币|人民幣)"
_AFTER = rf"(?:{'|'.join(map(re.escape, _SIGNS))}|(?:{'|'.join(_CODES)})(?![^\W\d_])|{'|'.join(_HAN)})"
_PRICE = re.compile(
    rf"(?P<before>{_BEFORE})[ \u00a0:：]?(?P<first>{_NUMBER})(?P<more>[kKwW万萬千](?![^\W\d_a-z]|[A-Za-z]))?"
    rf"|(?<![\d.,])(?P<second>{_NUMBER})(?P<times>[kKwW万萬千])?\+? ?(?P<after>{_AFTER})",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_MARK = re.compile(
    rf"[{re.escape(''.join(sorted({c[0] for c in _SIGNS if len(c) == 1} | {c[0] for c in _HAN})))}$]|{'|'.join(_CODES)}",
    re.IGNORECASE,
)
_TIMES = {"k": 1e3, "w": 1e4, "万": 1e4, "萬": 1e4, "千": 1e3}
_NOT_MONEY = re.compile(r"元(?:素|旦|年|气|件|宵|月|老|首|帅|朝|代|凶|组|始)|块(?![钱。，,!！ /一每]|$)")


def find_prices(blocks: Iterable[Block]) -> tuple[Price, ...]:
    """Return the prices of all blocks, hidden ones included, in order; at most ``MAX_FOUND``."""
    found: list[Price] = []
    for index, block in enumerate(blocks):
        text = block.text
        if _DIGIT.search(text) is None or _MARK.search(text) is None:
            continue
        for match in _PRICE.finditer(text):
            if match["after"] and _NOT_MONEY.match(text, match.start("after")):
                continue
            found.append(_price(match, index))
            if len(found) >= MAX_FOUND:
                return tuple(found)
    return tuple(found)


def _price(match: re.Match[str], block: int) -> Price:
    sign = (match["before"] or match["after"]).lower()
    times = _TIMES.get((match["more"] or match["times"] or "").lower(), 1.0)
    return Price(
        text=match[0],
        amount=_amount(match["first"] or match["second"]) * times,
        currency=_CURRENCIES[sign],
        block=block,
    )


def _amount(number: str) -> float:
    """Read a number with either decimal mark: a last group of one, two or more than three digits is a fraction."""
    plain = re.sub(r"[\u2009\u202f' ]", "", number)
    head, mark, tail = plain.rpartition("," if plain.rfind(",") > plain.rfind(".") else ".")
    if not mark or (mark == "," and len(tail) == 3):  # noqa: PLR2004 - a group of thousands
        return float(plain.replace(",", ""))
    return float(f"{head.replace(',', '').replace('.', '')}.{tail}")
