"""Ways to reach whoever is behind a page, by kind; a handle leaves this room only as a keyed HMAC.

What marks a handle is the word before it (微信, QQ, Telegram …) in the spellings sellers use, or its own form (an
e-mail address, ``t.me/…``). Text is read folded, so that full width and look-alikes do not hide a handle.
"""

import re
from collections.abc import Iterable, Sequence

from blocklist.model import Anchor, Block, Contact, ContactKind
from blocklist.privacy import Pseudonymiser
from crawler.read.limits import MAX_FOUND
from crawler.read.normalise import normalise

_LINK = r"[\s:：=+＋>》】\])-]{0,4}(?:号码|号|帐号|账号|id|is|at|同号|客服|咨询|联系|添加|加)?[\s:：=+>》】\[(@是为-]{0,5}"
_HANDLE = r"(?P<handle>[a-z0-9][a-z0-9_.-]{4,31})"
_NUMBER = r"(?P<handle>\+?[\d][\d\s().-]{6,18}\d)"
_NO_WORD = r"(?<![a-z0-9])"

_PATTERNS: tuple[tuple[ContactKind, str], ...] = (
    (ContactKind.WECHAT,
     rf"(?:微信|薇信|威信|微伩|卫星号|唯信|徽信|微x|v信|v心|\+v(?=[\s:号信])|加v|加薇|加威|加微|薇芯|{_NO_WORD}(?:we\s?chat|weixin|wx|vx|v\s?x|w\s?x)(?![a-z]))"
     rf"{_LINK}(?P<handle>[a-z][a-z0-9_-]{{4,19}}|1[3-9]\d{{9}}|\d{{6,10}})"),
    (ContactKind.QQ, rf"(?:{_NO_WORD}q\s?q(?![a-z])|扣扣|企鹅号?|叩叩|球球号?)(?:群)?{_LINK}(?P<handle>[1-9]\d{{4,10}})(?!\d)"),
    (ContactKind.TELEGRAM, rf"(?:t\.me|telegram\.me|telegram\.dog)/(?:s/|joinchat/|\+)?(?P<handle>[a-z0-9_+-]{{4,40}})|tg://(?:resolve\?domain=|join\?invite=)(?P<handle2>[a-z0-9_-]{{4,40}})"),
    (ContactKind.TELEGRAM, rf"(?:telegram|电报|纸飞机|飞机号?|{_NO_WORD}(?:tele|tg)(?![a-z])){_LINK}@?(?P<handle>[a-z][a-z0-9_]{{4,31}})"),
    (ContactKind.WHATSAPP, r"(?:wa\.me/|whatsapp\.com/send/?\?phone=)(?P<handle>\+?\d{7,15})"),
    (ContactKind.WHATSAPP, rf"(?:whats?\s?app|{_NO_WORD}wapp)(?![a-z]){_LINK}{_NUMBER}"),
    (ContactKind.LINE, r"line\.me/(?:ti/p/|r/ti/p/)~?@?(?P<handle>[a-z0-9_.@~-]{3,40})"),
    (ContactKind.LINE, rf"{_NO_WORD}line\s?(?:id|账号|帳號|号|@|:|：)[\s:：@]{{0,3}}{_HANDLE}"),
    (ContactKind.SIGNAL, r"signal\.me/#(?:p|eu)/(?P<handle>[a-z0-9+_=-]{5,80})"),
    (ContactKind.SIGNAL, rf"{_NO_WORD}signal\s?(?:id|app|number|no)?\s?[:：]\s?(?P<handle>\+?\d[\d\s-]{{6,16}}\d|[a-z][a-z0-9_]{{2,31}}\.\d{{2,9}})"),
    (ContactKind.EMAIL, r"(?<![a-z0-9._%+-])(?P<handle>[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24})(?![a-z0-9@])"),
    (ContactKind.EMAIL, r"(?<![a-z0-9._%+-])(?P<handle>[a-z0-9][a-z0-9._%+-]{1,63}\s?(?:\[at\]|\(at\)|\{at\})\s?[a-z0-9-]{1,63}\s?(?:\.|\[dot\]|\(dot\))\s?[a-z]{2,24})"),
    (ContactKind.PHONE, r"(?<![\d.+-])(?P<handle>1[3-9]\d(?:[\s-]?\d{4}){2}|400[\s-]?\d{3,4}[\s-]?\d{3,4}|0\d{2,3}-\d{7,8})(?![\d.])"),
    (ContactKind.PHONE, rf"(?:phone|tel|telephone|mobile|call(?:\s+us)?|hotline|fax|电话|電話|手机|手機|热线|致电|来电|tel:)[\s:：.|]{{0,4}}(?:号码|号)?[\s:：]{{0,3}}{_NUMBER}"),
    (ContactKind.PHONE, r"(?<![\w+])(?P<handle>\+[1-9]\d{0,2}[\s.-]?\(?\d{1,4}\)?(?:[\s.-]?\d{2,4}){2,4})(?!\d)"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
_SIGN = re.compile(
    r"\d{5}|\d[\s-]?\d{3}[\s-]?\d|@|\(at\)|\[at\]|微|薇|威信|唯信|徽信|v信|v心|加v|\+v|wechat|we chat|weixin|wx|vx|v x|扣|企鹅|叩|球球|"
    r"telegram|t\.me|tg|tele|飞机|电报|whats|wa\.me|wapp|line|signal"
)
_MIN_PHONE = 7  # digits
_NOT_HANDLES = frozenset(
    {"channel", "group", "login", "share", "support", "official", "contact", "wechat", "weixin", "messenger"}
)


def find_contacts(
    blocks: Iterable[Block], anchors: Sequence[Anchor], pseudonymiser: Pseudonymiser
) -> tuple[Contact, ...]:
    """Return each contact once per block, hidden blocks included; addresses of links count for the last block."""
    found: dict[Contact, None] = {}
    index = -1
    for index, block in enumerate(blocks):  # noqa: B007 - the last index is used below
        _look(block.text, index, pseudonymiser, found)
    for anchor in anchors:
        if (
            anchor.href.startswith(("mailto:", "tel:", "weixin:", "tg:", "whatsapp:", "line:"))
            or "/" in anchor.href[:40]
        ):
            _look_at_link(anchor.href, max(index, 0), pseudonymiser, found)
    return tuple(found)[:MAX_FOUND]


def _look(text: str, index: int, pseudonymiser: Pseudonymiser, found: dict[Contact, None]) -> None:
    folded = normalise(text).text
    if _SIGN.search(folded) is None or len(found) >= MAX_FOUND:
        return
    taken: list[tuple[int, int]] = []
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(folded):
            group = "handle" if match["handle"] is not None else "handle2"
            start, end = match.span(group)
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            handle = match[group]
            if (
                kind is ContactKind.PHONE
                and sum(c.isdigit() for c in handle) < _MIN_PHONE
                or handle in _NOT_HANDLES
            ):
                continue
            taken.append((start, end))
            found[Contact(kind=kind, hmac=pseudonymiser.contact(kind, handle), block=index)] = None


_ADDRESSES = (
    (ContactKind.EMAIL, re.compile(r"mailto:([^?\s@]{1,64}@[^?\s@]{3,250})")),
    (ContactKind.PHONE, re.compile(r"tel:\s*(\+?[\d\s().-]{7,20})")),
    (ContactKind.TELEGRAM, re.compile(r"(?:https?://(?:t|telegram)\.(?:me|dog)/|tg://resolve\?domain=)(?:s/|joinchat/|\+)?([\w+-]{4,40})")),
    (ContactKind.WHATSAPP, re.compile(r"(?:https?://(?:wa\.me/|(?:api|web|chat)\.whatsapp\.com/(?:send/?\?phone=)?)|whatsapp://send\?phone=)(\+?[\w]{7,30})")),
    (ContactKind.LINE, re.compile(r"https?://(?:line\.me/(?:r/)?ti/p/|lin\.ee/)~?@?([\w.@~-]{3,40})")),
    (ContactKind.SIGNAL, re.compile(r"https?://signal\.(?:me/#(?:p|eu)/|group/#)([\w+=-]{5,80})")),
    (ContactKind.QQ, re.compile(r"(?:wpa\.qq\.com/msgrd\?.{0,40}?uin=|tencent://message/?\?.{0,40}?uin=|mqqwpa://im/chat\?.{0,60}?uin=)(\d{5,11})")),
)  # fmt: skip


def _look_at_link(href: str, index: int, pseudonymiser: Pseudonymiser, found: dict[Contact, None]) -> None:
    for kind, pattern in _ADDRESSES:
        match = pattern.match(href) or (pattern.search(href) if kind is ContactKind.QQ else None)
        if match:
            found[Contact(kind=kind, hmac=pseudonymiser.contact(kind, match[1]), block=index)] = None
            return
