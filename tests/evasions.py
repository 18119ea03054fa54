"""The twelve evasions, each with its variants, and how one is applied to a labelled row.

Evasions of letters and sounds work on any text; those of markup and encoding need a document, and a row
without one gets the least markup there is. Chance is seeded by the row and the evasion: the same row is
always evaded the same way. Nothing here knows the policy or what undoes an evasion.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from tests import evasions_charset as charset
from tests import evasions_letters as letters
from tests import evasions_markup as markup
from tests import evasions_sounds as sounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaded:
    """What reaches the reader: a plain text with its title, or bytes with a Content-Type."""

    title: str = ""
    text: str = ""
    body: bytes = b""
    """Empty: a plain text."""
    content_type: str = ""


TEXT: dict[str, letters.TextEvasion] = {
    "spacing/some": letters.spaced_some,
    "spacing/all": letters.spaced_all,
    "spacing/level": letters.spaced_level,
    "spacing/dotted": letters.dotted,
    "spacing/dotted-once": letters.dotted_once,
    "zero-width/letters": letters.zero_width,
    "zero-width/bidi": letters.bidi_embedded,
    "zero-width/bidi-reversed": letters.bidi_reversed,
    "confusables/lookalikes": letters.lookalikes,
    "confusables/styled": letters.styled,
    "confusables/accented": letters.accented,
    "confusables/radicals": letters.radicals,
    "full-width/all": letters.full_width,
    "traditional/all": sounds.traditional,
    "pinyin/words": sounds.pinyin_words,
    "pinyin/mixed": sounds.pinyin_mixed,
    "pinyin/initials": sounds.pinyin_initials,
    "homophones/han": sounds.homophones,
    "homophones/misspelt": sounds.misspelt,
    "leet/some": letters.leet_some,
    "leet/all": letters.leet_all,
    "leet/stretched": letters.stretched,
    "emoji/letters": letters.emoji_letters,
    "emoji/between": letters.emoji_between,
    "emoji/words": letters.emoji_words,
}
MARKUP: dict[str, markup.MarkupEvasion] = {
    "elements/two": markup.split_in_two,
    "elements/letters": markup.split_by_letter,
    "elements/nothing": markup.split_by_nothing,
    "css/hidden-letters": markup.hidden_letters,
    "css/hidden-filler": markup.hidden_filler,
    "css/reversed": markup.reversed_by_style,
    "css/order": markup.ordered_by_style,
    "css/content": markup.written_by_style,
    "charset/entities": markup.entities,
}
WIRE: dict[str, charset.WireEvasion] = {
    "charset/gb18030-as-utf8": charset.GB18030_AS_UTF8,
    "charset/gb18030-as-latin": charset.GB18030_AS_LATIN,
    "charset/gb18030-silent": charset.GB18030_SILENT,
    "charset/big5-silent": charset.BIG5_SILENT,
    "charset/big5-as-gb": charset.BIG5_AS_GB,
    "charset/utf8-as-gb": charset.UTF8_AS_GB,
    "charset/utf8-silent": charset.UTF8_SILENT,
    "charset/utf16-silent": charset.UTF16_SILENT,
    "charset/utf16-as-utf8": charset.UTF16_AS_UTF8,
    "charset/utf16-as-latin": charset.UTF16_BIG_AS_LATIN,
    "charset/hz": charset.HZ,
    "charset/double-utf8": charset.doubly_encoded,
}
NAMES = (*TEXT, *MARKUP, *WIRE)
_UTF8 = "text/html; charset=utf-8"


def plain(row: dict[str, Any]) -> Evaded:
    """The row as it is."""
    if page := row.get("html"):
        return Evaded(body=_bytes(page), content_type=_UTF8)
    return Evaded(title=row.get("title") or "", text=row["text"])


def wrapped(row: dict[str, Any]) -> Evaded:
    """The row as a document: what evasions of markup and encoding are compared with."""
    return Evaded(body=_bytes(_page(row)), content_type=_UTF8)


def before(name: str, row: dict[str, Any]) -> Evaded:
    """What ``after`` is to be compared with."""
    return plain(row) if name in TEXT else wrapped(row)


def after(name: str, row: dict[str, Any]) -> Evaded | None:
    """The row evaded; None: nothing in it that this evasion changes."""
    chance = Random(f"{row['id']} {name}")
    if name in WIRE:
        page = _page(row)
        if page.isascii() and "utf16" not in name:
            return None
        body, content_type = WIRE[name](page, chance)
        return Evaded(body=body, content_type=content_type)
    if name in MARKUP:
        page = _page(row)
        changed = MARKUP[name](page, chance)
        return None if changed == page else Evaded(body=_bytes(changed), content_type=_UTF8)
    return _text(TEXT[name], row, chance)


def _text(change: letters.TextEvasion, row: dict[str, Any], chance: Random) -> Evaded | None:
    if page := row.get("html"):
        same = markup.in_text(page, lambda text: text)
        changed = markup.in_text(page, lambda text: change(text, chance))
        return None if changed == same else Evaded(body=_bytes(changed), content_type=_UTF8)
    title, text = row.get("title") or "", row["text"]
    evaded = Evaded(title=change(title, chance), text=change(text, chance))
    return None if evaded == Evaded(title=title, text=text) else evaded


def _page(row: dict[str, Any]) -> str:
    return row.get("html") or markup.document(row.get("title") or "", row["text"])


def _bytes(page: str) -> bytes:
    return page.encode("utf-8", "replace")


def shown(evaded: Evaded) -> Iterator[str]:
    """Lines for a person to see what an evasion does."""
    if evaded.body:
        yield evaded.content_type
        yield html.unescape(evaded.body.decode("utf-8", "replace"))
    else:
        yield from (evaded.title, evaded.text)
