"""URLs can carry people: tokens, invitations, sessions, e-mail addresses, phone numbers after the host.

Such URLs go to a moderator and are never published raw (DESIGN.md section 5). The rules lean on *names*
(``token=``, ``/invite/``) and on shapes that nothing else has (an e-mail address, a JSON web token, ``+`` and
a country code); a bare number, a date, a price or a catalogue id is nobody's phone.
"""

import re
from functools import lru_cache
from itertools import pairwise
from urllib.parse import unquote

from blocklist.model import WebUrl

KINDS = ("token", "invite", "session", "email", "phone")

_ANY = "(?:[\\w-]*[_-])?"
# A name, what it makes of its value, and how sure it is: "any" value of some length, or only an "opaque" one,
# or in a query only a "long" opaque one ("code=SUMMER25" is a voucher, while long ones are keys).
_NAMES = (
    (
        "token",
        "any",
        _ANY + r"(?:token|api[_-]?key|secret|signature|password|passwd|pwd|otp|jwt|ticket|credential"
        r"|authorization|access[_-]?key(?:[_-]?id)?)|sig|accesstoken|authtoken",
    ),
    (
        "token",
        "opaque",
        _ANY + r"(?:auth|magic|reset|unsubscribe|verify|verification|confirm|confirmation|activate"
        r"|activation|nonce|login)",
    ),
    ("token", "long", _ANY + r"(?:code|key|state|pass)"),
    # Not secrets, but each stands for one person: ids of an app's users, numbers of identity cards.
    ("token", "any", _ANY + r"(?:openid|unionid)"),
    (
        "token",
        "card",
        r"id_?card\w*|id_?no|id_?num(?:ber)?|identity\w*|cert_?no|sfz\w*|shenfenzheng|身份证\w*",
    ),
    ("session", "any", r"(?:j|php|asp\.?net_?|asp)?sess(?:ion)?[_-]?id\w*|cftoken|cfid|aspsession\w*"),
    ("session", "opaque", r"sid|s_id|sess|session|wx_?session\w*"),
    (
        "invite",
        "any",
        r"\w*invit(?:e|ation|er)?[_-]?(?:code|id|key|link|by|hash)|inviter|joinchat|yqm|yaoqingma",
    ),
    ("invite", "opaque", r"invit(?:e|es|ation|ed)|join|group[_-]?code|referr?al(?:[_-]?code)?"),
    (
        "phone",
        "number",
        _ANY + r"(?:phone|tel|telephone|mobile|msisdn|whatsapp|wa|cell|sms|call)(?:[_-]?(?:no|num|number))?"
        r"|phone(?:no|num|number)|sjh|shouji\w*|dianhua|手机号?|电话",
    ),
    ("phone", "mobile", r"user(?:[_-]?(?:name|id))?|account|uname|login|contact|member|uid|to"),
)  # fmt: skip - a table to be read by rows
_RULES = tuple((kind, wants, re.compile(names)) for kind, wants, names in _NAMES)

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}([a-z]{2,24})(?![\w-])", re.IGNORECASE
)
_FILE_ENDINGS = frozenset(
    {
        "png",
        "jpg",
        "jpeg",
        "gif",
        "webp",
        "svg",
        "avif",
        "ico",
        "js",
        "mjs",
        "css",
        "htm",
        "html",
        "php",
        "json",
        "xml",
    }
)
_INTERNATIONAL = re.compile(r"(?<![\w+])\+[1-9]\d{0,3}[ \-.()]{0,2}\d(?:[ \-.()]{0,2}\d){5,12}(?!\w)")
_CHINESE_MOBILE = re.compile(r"(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}")
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{4,}")
_MESSENGER = re.compile(
    r"(?P<invite>(?:t|telegram)\.(?:me|dog)/(?:\+|joinchat/)\S|chat\.whatsapp\.com/\w"
    r"|discord(?:\.gg|(?:app)?\.com/invite)/\w|signal\.group/\S|(?:line\.me/(?:r/)?ti/g|lin\.ee)/\S"
    r"|u\.wechat\.com/\S|(?:jq|qm)\.qq\.com/\S)|(?P<phone>wa\.me/\+?\d{7,15})",
    re.IGNORECASE,
)
_MESSENGERS = frozenset(
    {
        "t.me",
        "t.dog",
        "telegram.me",
        "telegram.dog",
        "chat.whatsapp.com",
        "discord.gg",
        "discord.com",
        "discordapp.com",
        "signal.group",
        "line.me",
        "lin.ee",
        "u.wechat.com",
        "jq.qq.com",
        "qm.qq.com",
        "wa.me",
    }
)  # fmt: skip - a list of names
"""Their hosts: asking a set first is a tenth of trying the expression on every URL."""
_CALLED = re.compile(
    r"(?<![a-z])(?:tel|callto|sms):(?://)?\+?\d(?:[ \-.()]{0,2}\d){6,14}(?!\d)", re.IGNORECASE
)
_CARD = re.compile(r"\d{15}|\d{17}[\dXx]")  # of mainland China, before and since 1999
_MIN_ANY = 3  # characters of a value that a plain name makes a secret; file shares' passwords have four
_MIN_OPAQUE, _MIN_LONG = 6, 16
_MIN_DIGITS, _MAX_DIGITS = 7, 15  # of a phone number; E.164 has at most 15
_TAIL = re.compile(r"[?#;]")
_SEPARATOR = re.compile(r"[?&;#]")
_WORD = re.compile(r"\d*|[a-z]+|[A-Z][a-z]*|[A-Z]+")
_RUNS = re.compile(r"\d+|[a-z]+|[A-Z]+")
_VALUE = re.compile(r"[\w~.\-+/=%]+")


def sensitive_parts(url: WebUrl) -> tuple[str, ...]:
    """Return what ``url`` may carry, of ``token invite session email phone``; empty: nothing found."""
    address = url[url.index("//") + 2 :]
    if "%" in address:
        address = unquote(unquote(address))  # twice: a value inside a value is escaped twice
    text = address[address.index("/") :]
    if text == "/":
        return ()
    tail = _TAIL.search(text)
    found = _in_path(text[: tail.start()] if tail else text)
    if tail:
        found |= _in_query(text[tail.start() :])
        if "#" in text:
            found |= _in_path(text.partition("#")[2])
    if "eyJ" in text and _JWT.search(text):
        found.add("token")
    if "@" in text and any(mail[1].lower() not in _FILE_ENDINGS for mail in _EMAIL.finditer(text)):
        found.add("email")
    if address[: -len(text)] in _MESSENGERS and (kind := _MESSENGER.match(address)):
        found.add(str(kind.lastgroup))
    if ("+" in text and _INTERNATIONAL.search(text)) or (":" in text and _CALLED.search(text)):
        found.add("phone")
    return tuple(kind for kind in KINDS if kind in found) if found else ()


def _in_path(path: str) -> set[str]:
    """Directories name what follows, if that looks like a secret: ``/phone/iphone-15-pro`` does not."""
    if path.find("/", 1) < 0:  # "/offer": most links of a report name nothing before the last slash
        return set()
    return {
        kind
        for name, value in pairwise(path.split("/"))
        for kind, wants in _rules_of(name)
        if _names_in_path(wants, value)
    }


def _names_in_path(wants: str, value: str) -> bool:
    if wants == "number":  # "/phone/20260504" may be a catalogue; a number that says so itself is not
        return value.startswith("+") or _CHINESE_MOBILE.fullmatch(value) is not None
    return _satisfies(wants, value) if wants in {"mobile", "card"} else _is_opaque(value, _MIN_OPAQUE)


def _in_query(tail: str) -> set[str]:
    """Named values of matrix parameters, query and fragment: ``;a=b``, ``?a=b``, ``#a=b``."""
    found = set()
    for part in _SEPARATOR.split(tail):
        name, mark, value = part.partition("=")
        if mark and value:
            for kind, wants in _rules_of(name):
                if _satisfies(wants, value):
                    found.add(kind)
    return found


def _rules_of(name: str) -> tuple[tuple[str, str], ...]:
    return _rules_of_name(name) if 0 < len(name) <= 64 else ()  # noqa: PLR2004 - no parameter is named longer


@lru_cache(maxsize=4096)  # the web has few parameter names, and pages repeat them
def _rules_of_name(name: str) -> tuple[tuple[str, str], ...]:
    name = name.lower()
    return tuple((kind, wants) for kind, wants, names in _RULES if names.fullmatch(name))


def _satisfies(wants: str, value: str) -> bool:
    if wants == "any":
        return len(value) >= _MIN_ANY and _VALUE.fullmatch(value) is not None
    if wants in {"opaque", "long"}:
        return _is_opaque(value, _MIN_OPAQUE if wants == "opaque" else _MIN_LONG)
    if wants in {"mobile", "card"}:
        return (_CHINESE_MOBILE if wants == "mobile" else _CARD).fullmatch(value) is not None
    digits = sum(map(str.isdigit, value))
    return _MIN_DIGITS <= digits <= _MAX_DIGITS and digits * 2 > len(value)


def _is_opaque(value: str, least: int) -> bool:
    """Tell what nobody would write: ``9f2c77ab41``, ``aB3dE9``; not ``iphone-15-pro``, ``summer-2026``."""
    if len(value) < least or not value.isascii() or _VALUE.fullmatch(value) is None:
        return False
    if all(_WORD.fullmatch(part) for part in re.split(r"[-_.~/+=%]", value)):
        return False
    return len(_RUNS.findall(value)) * 4 >= len(value)
