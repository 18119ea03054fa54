# ruff: noqa: E501, SIM905 - a pattern reads best whole, and names as a line
"""How contacts are written, folded: the words that announce a handle, and the shape it has. Data for ``contacts``."""

import re

from blocklist.model import ContactKind
from crawler.read.joined import JOINT

_K = ContactKind
_GAP = (
    rf"(?:{JOINT}|[\s:=+>》】|\])-]){{0,4}}(?:号码|号|帐号|账号|id|is|同号|客服|咨询|联系|添加|加|群)?"
    rf"(?:{JOINT}|[\s:=+>》】|(\[@是为]){{0,5}}"
)
"""What stands between the word and the handle; a table puts them in two cells."""
_NAME = r"([a-z][a-z0-9_-]{4,19}|1[3-9]\d{9}|\d{6,10})(?![a-z0-9@]|\.[a-z])"
_PHONE = r"(\+?\(?\d[\d\s().-]{5,17}\d)"
_ALONE = r"(?<![a-z0-9])"


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


FORMS: tuple[tuple[ContactKind, tuple[str, ...], int, re.Pattern[str]], ...] = (
    (_K.TELEGRAM, ("t.me/", "telegram.me/", "telegram.dog/"), 0,
     _form(r"(?<![a-z0-9-])(?:t|telegram)\.(?:me|dog)/(?:s/|joinchat/|\+)?([a-z0-9_+-]{4,40})")),
    (_K.WHATSAPP, ("wa.me/",), 0, _form(r"wa\.me/(\+?\d{7,15})")),
    (_K.LINE, ("line.me/",), 0, _form(r"line\.me/(?:r/)?ti/p/~?@?([a-z0-9_.@~-]{3,40})")),
    (_K.EMAIL, ("@",), 65,
     _form(r"(?<![a-z0-9._%+-])([a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24})(?![a-z0-9@])")),
    (_K.EMAIL, ("(at)", "[at]", "{at}"), 65,
     _form(r"(?<![a-z0-9._%+-])([a-z0-9][a-z0-9._%+-]{1,63}\s?[(\[{]at[)\]}]\s?[a-z0-9-]{1,63}\s?(?:\.|[(\[{]dot[)\]}])\s?[a-z]{2,24})")),
    (_K.WECHAT, ("微信", "薇信", "威信", "徽信", "唯信", "卫星号", "薇芯", "微伩", "v信", "v心", "加v", "加薇", "加威", "加微", "+v"), 0,
     _form(rf"(?:微信|薇信|威信|徽信|唯信|卫星号|薇芯|微伩|v信|v心|加薇|加威|加微|加v|\+v(?=[\s:号])(?!{JOINT})){_GAP}{_NAME}")),
    (_K.WECHAT, ("wechat", "we chat", "weixin", "wx", "vx", "v x"), 0,
     _form(rf"{_ALONE}(?:we ?chat|weixin|wx|vx|v x)(?![a-z]){_GAP}{_NAME}")),
    (_K.QQ, ("qq", "q q", "扣扣", "企鹅", "叩叩", "球球"), 0,
     _form(rf"(?:{_ALONE}q ?q(?![a-z])|扣扣|企鹅|叩叩|球球){_GAP}(\d{{5,11}}|0{{4,6}} 0{{4,6}})(?![\d.])")),
    (_K.TELEGRAM, ("telegram", "电报", "纸飞机", "飞机", "tele", "tg"), 0,
     _form(rf"(?:{_ALONE}(?:telegram|tele|tg)(?![a-z])|电报|(?:纸)?飞机(?=号|[\s:@])(?!{JOINT})){_GAP}(?<=[:@ 号=>])@?([a-z][a-z0-9_]{{4,31}})(?![a-z0-9@]|\.[a-z])")),
    (_K.WHATSAPP, ("whatsapp", "whats app", "watsapp", "wapp"), 0,
     _form(rf"(?:whats ?app|watsapp|{_ALONE}wapp)(?![a-z]){_GAP}{_PHONE}")),
    (_K.LINE, ("line",), 0, _form(rf"{_ALONE}line\s?(?:id|账号|号|@|:)[\s:@]{{0,3}}([a-z0-9][a-z0-9_.-]{{3,20}})")),
    (_K.SIGNAL, ("signal",), 0,
     _form(rf"{_ALONE}signal\s?(?:id|app|number)?\s?:\s?(\+?\d[\d\s-]{{6,16}}\d|[a-z][a-z0-9_]{{2,31}}\.\d{{2,9}})")),
    (_K.PHONE, ("phone", "tel", "mobile", "call", "hotline", "电话", "手机", "热线", "致电", "来电"), 0,
     _form(rf"(?:{_ALONE}(?:phone|tel|telephone|mobile|hotline|call(?: us)?(?: (?:at|on))?)|电话|手机|热线|致电|来电)(?![a-z])"
           rf"(?:{JOINT}|[\s:.|]){{0,4}}(?:号码|号|no|number)?(?:{JOINT}|[\s:.]){{0,3}}{_PHONE}")),
)  # fmt: skip
"""Kind, words that may announce it, how far back the form reaches, the form; group 1 is the handle."""

NUMBERS = (
    _form(r"(1[3-9]\d(?<![\d.+-]\d{3})(?:[ -]?\d{4}){2}(?![\d.]))"),
    _form(r"(000(?<![\d.+-]000)(?:[ -]?\d{4}){2}(?![\d.]))"),
    _form(r"(\+(?<![\w+]\+)[1-9]\d{0,2}[\s.-]?\(?\d{1,4}\)?(?:[\s.-]?\d{2,4}){2,4})(?!\d)"),
    _form(r"(400(?<![\d.+-]400)[ -]?\d{3,4}[ -]?\d{3,4})(?![\d.])"),
)
"""Numbers that are telephones by their form: Chinese mobiles (masked ones too), international, service lines.

Each begins with a literal, which is found ten times as fast as a choice."""

NOT_HANDLES = frozenset(
    "channel group login share support official contact wechat weixin messenger telegram whatsapp".split()
)
"""Words that stand where a handle would."""

ADDRESSES = (
    ("mailto:", _K.EMAIL, _form(r"^mailto:([^?\s@]{1,64}@[^?\s@]{3,250})")),
    ("tel:", _K.PHONE, _form(r"^tel:\s*(\+?[\d\s().-]{7,20})")),
    ("t.me/", _K.TELEGRAM, _form(r"^https?://t\.me/(?:s/|joinchat/|\+)?([\w+-]{4,40})(?!\w*/url)")),
    ("telegram.", _K.TELEGRAM, _form(r"^https?://telegram\.(?:me|dog)/(?:s/|joinchat/|\+)?([\w+-]{4,40})")),
    ("tg:", _K.TELEGRAM, _form(r"^tg://(?:resolve\?domain=|join\?invite=)([\w+-]{4,40})")),
    ("wa.me/", _K.WHATSAPP, _form(r"^https?://wa\.me/(\+?[\w]{7,30})")),
    ("whatsapp", _K.WHATSAPP, _form(r"^(?:https?://(?:api|web|chat)\.whatsapp\.com/|whatsapp://)(?:send/?\?phone=)?(\+?[\w]{7,30})")),
    ("line.me/", _K.LINE, _form(r"^https?://line\.me/(?:r/)?ti/p/~?@?([\w.@~-]{3,40})")),
    ("lin.ee/", _K.LINE, _form(r"^https?://lin\.ee/([\w.@~-]{3,40})")),
    ("signal.", _K.SIGNAL, _form(r"^https?://signal\.(?:me/#(?:p|eu)/|group/#)([\w+=-]{5,80})")),
    ("uin=", _K.QQ, _form(r"[?&]uin=(\d{5,11})")),
)  # fmt: skip
"""A part of the address that must be there, the kind, the form; group 1 is the handle."""
