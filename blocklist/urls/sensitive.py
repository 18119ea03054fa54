"""URLs can carry people: tokens, invitations, sessions, e-mail addresses, phone numbers after the host.

Such URLs go to a moderator and are never published raw (DESIGN.md section 5). The rules lean on *names*
(``token=``, ``/invite/``) and on shapes that nothing else has (an e-mail address, a JSON web token, ``+`` and
a country code); a bare number, a date, a price or a catalogue id is nobody's phone.
"""

import re
from itertools import pairwise
from urllib.parse import unquote

from blocklist.model import WebUrl
from blocklist.urls.parse import host_of

_SECRET = r"[\w~.\-]{6,}"  # noqa: S105 - a pattern, not a password
_TOKEN_NAME = re.compile(
    r"(?:\w*[_-])?(?:token|api[_-]?key|secret|signature|password|passwd|pwd|otp|jwt|ticket|credential"
    r"|auth|authorization|magic|reset|unsubscribe|access[_-]?key(?:id)?)|sig|pass|accesstoken|authtoken",
)
_WEAK_TOKEN_NAME = re.compile(
    r"code|key|state|nonce|verify|verification|confirm|confirmation|activate|activation|login"
)
_SESSION_NAME = re.compile(
    r"(?:j|php|asp\.?net_?|asp)?sess(?:ion)?(?:[_-]?id\w*)?|cftoken|cfid|wx_?session\w*"
)
_WEAK_SESSION_NAME = re.compile(r"sid|s_id")
_INVITE_NAME = re.compile(
    r"\w*invit(?:e|ation|ed)?(?:[_-]?(?:code|id|key|link|by|hash|er))?|joinchat|inviter|yqm|yaoqingma"
)
_WEAK_INVITE_NAME = re.compile(r"join|group[_-]?(?:invite|code)|referr?al(?:[_-]?code)?")
_PHONE_NAME = re.compile(
    r"(?:\w*[_-])?(?:phone|tel|telephone|mobile|msisdn|whatsapp|wa|cell|sms|call)(?:[_-]?(?:no|num|number))?"
    r"|phone(?:no|num|number)|sjh|shouji\w*|dianhua|手机号?|电话"
)
_USER_NAME = re.compile(r"user(?:[_-]?(?:name|id))?|account|uname|login|contact|member|uid|to")

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?![\w-])", re.IGNORECASE
)
_FILE_ENDING = re.compile(
    r"\.(?:png|jpe?g|gif|webp|svg|avif|ico|m?js|css|html?|php|json|xml|mp4|pdf|map|ts)", re.IGNORECASE
)
_INTERNATIONAL = re.compile(r"(?<![\w+])(?:\+|00)[1-9]\d{0,3}[ \-.()]{0,2}\d(?:[ \-.()]{0,2}\d){5,12}(?!\w)")
_CHINESE_MOBILE = re.compile(r"(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}")
_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{4,}")
_WEB_INVITES = re.compile(
    r"(?:t|telegram)\.(?:me|dog)/(?:\+|joinchat/)\S|chat\.whatsapp\.com/\w|discord(?:\.gg|(?:app)?\.com/invite)/\w"
    r"|signal\.group/\S|(?:line\.me/(?:r/)?ti/g|lin\.ee)/\S|u\.wechat\.com/\S|(?:jq|qm)\.qq\.com/\S",
    re.IGNORECASE,
)
_WEB_PHONES = re.compile(
    r"(?:wa\.me|(?:api|web)\.whatsapp\.com/send)/?\??(?:.*phone=)?\+?\d{7,15}", re.IGNORECASE
)
_MIN_PHONE_DIGITS, _MAX_PHONE_DIGITS = 7, 15  # E.164 has at most 15
_MIN_WEAK = 16  # characters of a random-looking value under a name that has other uses too


def sensitive_parts(url: WebUrl) -> tuple[str, ...]:
    """Return what ``url`` may carry, of ``token invite session email phone``; empty: nothing found."""
    rest = url[url.index("/", url.index("//") + 2) :]
    if rest == "/":
        return ()
    text = unquote(unquote(rest))  # twice: a value inside a value is escaped twice
    found = {kind for name, value in _named(text) for kind in _named_kinds(name, value)}
    if _JWT.search(text):
        found.add("token")
    if "@" in text and any(not _FILE_ENDING.search(mail[0]) for mail in _EMAIL.finditer(text)):
        found.add("email")
    address = host_of(url) + text
    if _WEB_INVITES.match(address):
        found.add("invite")
    if _INTERNATIONAL.search(text) or _WEB_PHONES.match(address):
        found.add("phone")
    return tuple(kind for kind in ("token", "invite", "session", "email", "phone") if kind in found)


def _named(text: str) -> list[tuple[str, str]]:
    """Names and values of path, matrix parameters, query and fragment: ``/invite/x``, ``;a=b``, ``?a=b``."""
    pairs = []
    for part in re.split(r"[?&;#]", text):
        name, mark, value = part.partition("=")
        if mark:
            pairs.append((name.rpartition("/")[2].lower(), value))
    segments = re.split(r"[?#]", text, maxsplit=1)[0].lower().split("/")
    # A directory names what follows only when that looks like a secret; "/phone/iphone-15-pro" does not.
    return pairs + [pair for pair in pairwise(segments) if _looks_random(pair[1], 8)]


def _named_kinds(name: str, value: str) -> list[str]:
    kinds = []
    strong, random = re.fullmatch(_SECRET, value) is not None, _looks_random(value, _MIN_WEAK)
    if (strong and _TOKEN_NAME.fullmatch(name)) or (random and _WEAK_TOKEN_NAME.fullmatch(name)):
        kinds.append("token")
    if (value and _INVITE_NAME.fullmatch(name)) or (random and _WEAK_INVITE_NAME.fullmatch(name)):
        kinds.append("invite")
    if (strong and _SESSION_NAME.fullmatch(name)) or (random and _WEAK_SESSION_NAME.fullmatch(name)):
        kinds.append("session")
    digits = sum(map(str.isdigit, value))
    numbered = _MIN_PHONE_DIGITS <= digits <= _MAX_PHONE_DIGITS and _PHONE_NAME.fullmatch(name)
    if numbered or (_USER_NAME.fullmatch(name) and _CHINESE_MOBILE.fullmatch(value)):
        kinds.append("phone")
    return kinds


def _looks_random(value: str, least: int) -> bool:
    """Letters and digits mixed without words: ``9f2c77ab41`` does, ``iphone-15-pro`` does not."""
    if len(value) < least or not value.isascii():
        return False
    runs = re.findall(r"\d+|[a-z]+|[A-Z]+|[_-]", value)
    return len(runs) * 4 >= len(value) and any(map(str.isdigit, value))
