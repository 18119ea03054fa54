# ruff: noqa: RUF001 - how roubles are written
"""How currencies are written, folded to lower case, and the ISO 4217 code (or coin) each stands for."""

_WRITTEN = {
    "USD": "$ us$ usd dollars dollar bucks 美元 美金 美刀",
    "EUR": "€ eur euro euros 欧元 歐元",
    "GBP": "£ gbp 英镑 英鎊",
    "CNY": "¥ ￥ cn¥ rmb cny yuan 元 圆 块钱 块 塊 人民币 人民幣",
    "JPY": "jp¥ jpy 日元 円",
    "HKD": "hk$ hkd 港币 港幣 港元",
    "TWD": "nt$ twd ntd 台币 台幣 新台币 新臺幣",
    "AUD": "a$ au$ aud",
    "CAD": "c$ ca$ cad",
    "SGD": "s$ sgd",
    "CHF": "chf",
    "RUB": "₽ rub руб",
    "UAH": "₴ uah",
    "KRW": "₩ krw",
    "INR": "₹ inr",
    "THB": "฿ thb",
    "VND": "₫ vnd vnđ đ đồng",
    "PLN": "zł pln",
    "TRY": "₺",
    "PHP": "₱ php",
    "IDR": "rp idr rupiah",
    "MYR": "rm myr",
    "BRL": "r$ brl",
    "SEK": "sek",
    "DKK": "dkk",
    "NOK": "nok",
    "BTC": "₿ btc bitcoin bitcoins 比特币",
    "USDT": "usdt tether 泰达币",
    "XMR": "xmr monero 门罗币",
    "ETH": "eth",
    "LTC": "ltc",
}
CURRENCIES = {sign: code for code, signs in _WRITTEN.items() for sign in signs.split()}
"""Folded sign to code."""

_BY_LENGTH = sorted(CURRENCIES, key=len, reverse=True)
SIGNS = [sign for sign in _BY_LENGTH if not sign.isalpha()]
"""Signs that stand against the number, before or after; longest first."""
HAN = [sign for sign in _BY_LENGTH if sign.isalpha() and sign[0] > "\u2e80"]
CODES = [sign for sign in _BY_LENGTH if sign.isalpha() and sign[0] < "\u2e80"]
"""Words that must not be part of a longer one."""

POINTED = frozenset({"EUR", "VND", "IDR", "BRL", "TRY", "DKK", "NOK", "SEK", "PLN", "RUB"})
"""Written where a point groups thousands: ``10.000 €``."""
