# ruff: noqa: SIM905 - names read best as a line
"""Contacts in running text become ``****``, in excerpts, titles and whatever is exported.

Masking a harmless number too often costs a little reading, once too seldom costs a person. ``_CONTACTS`` says
what a contact is; it is tried only where one may begin, which takes a tenth of the time.
"""

import re
from collections.abc import Iterator
from functools import cache

from ahocorasick_rs import AhoCorasick

from blocklist.privacy.masking import MASK

# \uff1a, \uff1d and \uff20 are the full-width colon, equals sign and at sign that Chinese keyboards type.
_APPS = (
    r"we\s?chat|wei\s?xin|微\s?信|薇\s?信|威\s?信|v\s?信|(?<![a-z0-9])(?:vx|wx|qq|tg|ig|skype|kik|wickr|threema|viber|zalo)"
    r"|扣扣|企鹅|telegram|电报|飞机|whats\s?app|蝙蝠|snapchat|instagram|kakao(?:talk)?|(?<![a-z])(?:line|signal|session)"
)
_HANDLE = r"[A-Za-z0-9][\w.\-]{2,}"
_CONTACTS = re.compile(
    # e-mail, also spelled out: user [at] mail dot example
    r"(?P<mail>[a-z0-9_.+\-]{1,64}\s?(?:[@\uff20]|\(at\)|\[at\])\s?(?:[\w\-]{1,63}(?:\.|\s?\[?\(?dot\)?\]?\s?)){1,8}[A-Za-z]{2,24})"
    # links of messengers: the service may be seen, the person not
    r"|(?P<service>(?:t\.me|telegram\.me|wa\.me|line\.me|lin\.ee|chat\.whatsapp\.com|discord\.gg|m\.me)/)[^\s<>\"']+"
    # a messenger's name, then a sign or word that introduces a handle
    rf"|(?P<app>(?:{_APPS})\s?(?:群|账号|帐号|号码|号|id|no\.?|number|contact)?\s?(?:[:=@\-—\uff1a\uff1d]|是|is\b)\s{{0,3}}@?){_HANDLE}"
    # a messenger's name, then something that is no word: it has a digit or an underscore
    rf"|(?P<near>(?:{_APPS})\s?(?:群|账号|帐号|号码|号|id)?\s{{0,2}}@?)(?=[A-Za-z]{{0,30}}[\d_]){_HANDLE}"
    r"|(?P<add>加\s?[vVwWqQ微薇威]{1,2}\s?[:\uff1a]?\s?)[A-Za-z0-9][\w\-]{4,}"
    r"|(?<![a-z0-9_@/])@[A-Za-z]\w{3,31}"
    # dates and decimal amounts are kept
    r"|(?P<keep>(?<!\d)(?:19|20)\d\d[\-/.]\d{1,2}[\-/.]\d{1,2}(?!\d)|(?<![\d.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d))"
    r"|(?<![a-z0-9_.])\+?\(?\d(?:[\s\-().]{0,2}\d){6,17}(?!\d)",
    re.IGNORECASE,
)

_AT = re.compile(r"[@\uff20(\[](?:(?<![(\[])|at[)\]])", re.IGNORECASE)
_MAILBOX = re.compile(r"[a-z0-9_.+\-]{1,64}\s?\Z", re.IGNORECASE)
_LONGEST_MAILBOX = 65  # characters, the gap after it included
_NUMBER = re.compile(r"[+(\d](?<![0-9].)(?=[\d\s\-().,/]{4})")
"""Where a telephone, a date or an amount may begin."""
_SERVICES = "t.me/ telegram.me/ wa.me/ line.me/ lin.ee/ chat.whatsapp.com/ discord.gg/ m.me/".split()
_NAMES = (
    "vx wx qq tg ig skype kik wickr threema viber zalo \u6263\u6263 \u4f01\u9e45 telegram \u7535\u62a5 "
    "\u98de\u673a \u8759\u8760 snapchat instagram kakao line signal session"
).split()
_WORDS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys((*_SERVICES, *_NAMES, "@", "\u52a0"), (0,)),
    "chat": (2, 3),
    "xin": (3, 4),
    "\u4fe1": (1, 2),
    "app": (5, 6),
}
"""Words that stand in every contact without an at sign or a number, and how far before them it may begin."""


def mask_contacts(text: str) -> str:
    """Return ``text`` with e-mail addresses, phone-like numbers and messenger handles as ``****``."""
    pieces: list[str] = []
    end = 0
    for found in _contacts(text):
        pieces += text[end : found.start()], _masked(found)
        end = found.end()
    return "".join((*pieces, text[end:])) if pieces else text


def contact_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where ``mask_contacts`` would write ``****``, in order."""
    for found in _contacts(text):
        if not found["keep"]:
            yield found.start() + len(_introduction(found)), found.end()


def _contacts(text: str) -> Iterator[re.Match[str]]:
    """Find what ``_CONTACTS.finditer`` does."""
    end = 0
    for first, last in sorted(_beginnings(text)):
        at = max(first, end)
        if at <= last and (found := _CONTACTS.match(text, at)):
            yield found
            end = found.end()


def _beginnings(text: str) -> Iterator[tuple[int, int]]:
    """Yield the first and the last character at which a contact may begin; of more than one, any will do."""
    for sign in _AT.finditer(text):
        ahead = max(sign.start() - _LONGEST_MAILBOX, 0)
        if box := _MAILBOX.search(text[ahead : sign.start()]):
            yield ahead + box.start(), sign.start() - 1
    for number in _NUMBER.finditer(text):
        yield number.start(), number.start()
    automaton, backs = _words()
    for word, start, _ in automaton.find_matches_as_indexes(one_case(text), overlapping=True):
        for back in backs[word]:
            if start >= back:
                yield start - back, start - back


def one_case(text: str) -> str:
    """Lower case as ``re.IGNORECASE`` sees it, character by character; lone surrogates replaced."""
    if text.isascii():
        return text.lower()
    lower = text.replace("\u0130", "i").lower().replace("\u0131", "i").replace("\u017f", "s")
    return lower.encode(errors="replace").decode()


@cache
def _words() -> tuple[AhoCorasick, list[tuple[int, ...]]]:
    return AhoCorasick(list(_WORDS)), list(_WORDS.values())


def _masked(found: re.Match[str]) -> str:
    return found[0] if found["keep"] else _introduction(found) + MASK


def _introduction(found: re.Match[str]) -> str:
    return found["service"] or found["app"] or found["near"] or found["add"] or ""
