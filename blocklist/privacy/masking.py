"""What may be shown of a person: the beginning of a name, nothing of a contact.

Names follow the one rule of DESIGN.md section 4. Contacts in excerpts and titles become ``****``; masking a
harmless number too often costs a little reading, once too seldom costs a person.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from ahocorasick_rs import AhoCorasick

MASK = "****"
_ALPHABETS = ("LATIN", "GREEK", "CYRILLIC")  # scripts where three letters say as little as one Han character
_MAX_LETTERS = 3
_SHARE = 3  # at most one third of the name is shown
_BETWEEN = re.compile(r"[\W_]+")


def mask_name(name: str) -> str:
    """Return the first three letters of a Latin name or the first character of any other, then ``****``.

    Never more than a third of the whole, so that short names show nothing. Emoji, signs and digits in front
    are passed over and do not count as length; invisible and bidirectional controls are dropped. Empty for a
    name in which nothing can be seen.

    >>> mask_name("Hardman meeting room")
    'Har****'
    """
    plain = name.isascii() and name.isprintable()
    visible = name if plain else "".join(filter(_visible, unicodedata.normalize("NFC", name)))
    if not visible.strip():
        return ""
    folded = visible if visible.isascii() else unicodedata.normalize("NFKC", visible)
    # Folding may lengthen (one ligature, eighteen letters) and shorten; the smaller length counts.
    whole = min(_length(visible), _length(folded))
    return _beginning(folded)[: whole // _SHARE] + MASK


def _visible(char: str) -> bool:
    """Drop controls, format characters (zero width, bidi), marks, surrogates, private use, not assigned."""
    return unicodedata.category(char)[0] not in "CM" or char.isspace()


def _length(text: str) -> int:
    """Length with every run of blanks, signs and emoji counted as one character, and none at the ends."""
    return len(_BETWEEN.sub(" ", text).strip())


def _beginning(text: str) -> str:
    """Up to three letters of one alphabet, or one character of another script, from the first letter on."""
    shown = ""
    for char in text:
        script = unicodedata.name(char, "").partition(" ")[0] if char.isalpha() else ""
        if shown and (script not in _ALPHABETS or len(shown) == _MAX_LETTERS):
            break
        shown += char if script else ""
        if shown and script not in _ALPHABETS:
            break
    return shown


# --- contacts in running text -------------------------------------------------------------------------

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


_SIGNS = re.compile(r"[@\uff20/加]|\(at\)|\[at\]|\d(?:[\s\-().]{0,2}\d){6}", re.IGNORECASE)
"""In every contact without a messenger's name is one of these."""
_NAMES = (
    "chat xin 信 vx wx qq tg ig skype kik wickr threema viber zalo 扣扣 企鹅 telegram 电报 飞机 app 蝙蝠 "
    "instagram kakao line signal session"
)
"""In every name of ``_APPS`` is one of these."""
_ONE_CASE = str.maketrans({"\u0131": "i", "\u017f": "s", "\u0307": None})
"""Letters that ``re.IGNORECASE`` takes for an i and an s, though ``str.lower`` leaves them as they are."""


def mask_contacts(text: str) -> str:
    """Return ``text`` with e-mail addresses, phone-like numbers and messenger handles as ``****``."""
    return _CONTACTS.sub(_masked, text) if may_hold_contact(text) else text


def may_hold_contact(text: str) -> bool:
    """Whether masking could change ``text``, in a thirtieth of the time that masking takes."""
    if _SIGNS.search(text) is not None:
        return True
    lower = text.lower()
    if not lower.isascii():
        lower = lower.translate(_ONE_CASE).encode(errors="replace").decode()
    return bool(_names().find_matches_as_indexes(lower))


@cache
def _names() -> AhoCorasick:
    return AhoCorasick(_NAMES.split())


def contact_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where ``mask_contacts`` would write ``****``, in order."""
    for found in _CONTACTS.finditer(text) if may_hold_contact(text) else ():
        if not found["keep"]:
            yield found.start() + len(_introduction(found)), found.end()


def _masked(found: re.Match[str]) -> str:
    return found[0] if found["keep"] else _introduction(found) + MASK


def _introduction(found: re.Match[str]) -> str:
    return found["service"] or found["app"] or found["near"] or found["add"] or ""
