# ruff: noqa: RUF001 - look-alike characters are what is tested
"""Normalising: one form for every way of writing, and the way back to the original."""

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.read.composing import compose
from crawler.read.confusables import unmix
from crawler.read.folding import MARKS, tables
from crawler.read.normalise import Normalised, _unmixed, normalise
from crawler.read.offsets import codes_of, look_up

SAME = [
    ("plain ASCII, case", "Buy NOW", "buy now"),
    ("spaces of all kinds", "a \t b\n\nc\u3000d\xa0e", "a b c d e"),
    ("full width", "Ｖｉａｇｒａ，微信：ａｂｃ", "viagra,微信:abc"),
    ("zero width", "co\u200bca\u200d\ufeffine", "cocaine"),
    ("bidi controls", "\u2066coc\u2069\u202aaine\u202c", "cocaine"),
    ("written backwards and turned round", "buy \u202eeniacoc\u202c now", "buy cocaine now"),
    ("turned round to the end of the block", "\u202ebbb aaa\u00b6 ccc", "aaa bbb\u00b6 ccc"),
    ("an override within another counts once", "\u202ecb\u202dA\u202ca\u202c", "aabc"),
    ("soft hyphen", "via\u00adgra", "viagra"),
    ("Cyrillic inside Latin", "сосаine", "cocaine"),
    ("Greek inside Latin", "νiαgrα", "viagra"),
    ("Latin inside Cyrillic", "дocтавка", "доставка"),
    (
        "words wholly in other letters, amid mixed ones",
        "соре wіth thе расе оf уоur сrор",
        "cope with the pace of your crop",
    ),
    (
        "a Russian text with a few mixed words",
        "оса вeтep сорт IT-оса USB3оса",
        "оса ветер сорт it-оса usb3oca",
    ),
    ("real Russian", "Наша доставка", "наша доставка"),
    ("real Greek", "Αθήνα", "αθηνα".replace("η", "ή")),
    ("mathematical letters", "𝓿𝓲𝓪𝓰𝓻𝓪", "viagra"),
    ("circled, squared", "ⓥⓘⓐ🅶🆁🅰", "viagra"),
    ("small capitals", "ᴠɪᴀɢʀᴀ", "viagra"),
    ("in brackets", "⒱⒤⒜🄖🄡🄐 ㈹", "viagra 代"),
    ("Armenian inside Latin", "ոսոchaku", "nunchaku"),
    ("keycaps", "1️⃣5️⃣", "15"),
    ("compatibility ideographs of the second plane", "\U0002f87a", "\u5c8d"),
    ("ligature, ellipsis", "oﬃce…", "office..."),
    ("traditional", "開發票 聯繫電話", "开发票 联系电话"),
    ("compatibility ideographs, radicals", "\uf9b4⼈⻋", "领人车"),
    ("combining marks", "e\u0301te\u0301", "été"),
    ("Vietnamese, decomposed", "ma tu\u0301y", "ma túy"),
    ("German", "STRASSE straße", "strasse strasse"),
    ("Turkish dotted capital", "İstanbul", "istanbul"),
    ("Korean stays", "한국어", "한국어"),
    ("half", "½ kg", "1/2 kg"),
    ("Arabic tatweel", "مخـــدرات", "مخدرات"),
    ("Arabic vowel marks", "مُخَدِّرات", "مخدرات"),
    ("Arabic alef, ya, ta marbuta", "أسلحة إلى آثار", "اسلحه الي اثار"),
    ("Arabic presentation forms", "ﻣﺨﺪﺭﺍﺕ ﺃﺳﻠﺤﺔ", "مخدرات اسلحه"),
    ("Persian letters, digits of both kinds", "کوکایین ۵۰ ٥٠", "كوكايين 50 50"),
    ("an account, as Taiwan and Hong Kong write it", "帳號 帐号", "账号 账号"),
    ("nothing", "", ""),
    ("emoji with selector", "❤️ 🚬", "❤ 🚬"),
]


@pytest.mark.parametrize(("written", "read"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_ways_of_writing_fold_into_one(written, read):
    assert normalise(written).text == read


@pytest.mark.parametrize(
    ("written", "needle", "quoted"),
    [
        ("xx co\u200bcaine yy", "cocaine", "co\u200bcaine"),
        ("…… 發票 ……", "发票", "發票"),
        ("oﬃce", "ff", "ﬃ"),
        ("ab  cd", "b c", "b  c"),
        ("a \u202eeniacoc\u202c b", "coca", "iacoc"[1:]),
        ("e\u0301te\u0301 x", "té", "te\u0301"),
        ("İstanbul", "stan", "stan"),
    ],
)
def test_a_match_quotes_the_original(written, needle, quoted):
    found = normalise(written)
    at = found.text.index(needle)
    start, end = found.span(at, at + len(needle))
    assert written[start:end] == quoted


TRICKY = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from(list("aeiou01@$!*. \t\n微信发票，。…ﬁİßсоα\u0301\u200b\u202e\ufeffｖ１")),
    ),
    max_size=60,
)


@given(TRICKY, st.integers(0, 80), st.integers(0, 80))
def test_spans_lie_inside_the_original_and_in_order(text, start, end):
    found = normalise(text)
    first, last = found.span(start, end)
    assert 0 <= first <= last <= len(text)
    assert found.span(0, len(found.text))[1] <= len(text)


@given(TRICKY)
def test_each_character_comes_from_text_that_normalises_to_hold_it(text):
    found = normalise(text.replace("\u202e", ""))  # which turns the order round
    previous = 0
    for at in range(len(found.text)):
        first, last = found.span(at, at + 1)
        assert first < last
        assert previous <= last
        previous = first


@given(TRICKY)
def test_normalising_twice_changes_nothing_more_that_matters(text):
    once = normalise(text).text
    assert len(normalise(once).text) <= len(once) + 8


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=80))
def test_ascii_keeps_its_words(text):
    assert (
        normalise(text).text.split() == text.lower().translate(dict.fromkeys((*range(32), 127), " ")).split()
    )


@pytest.mark.parametrize(
    "piece",
    [
        "\u202e",
        "\u202ea\u202c",
        "\u202d\u202e",
        "a",
        "a ",
        "1a",
        "а",
        "аa",
        "微",
        "微 ",
        "*",
        "e\u0301\u0301",
        "\u0301",
        "\u200b",
        "a1@$",
    ],
)
def test_a_hundred_thousand_of_anything_takes_no_time(piece):
    started = time.process_time()
    normalise(piece * (100_000 // len(piece)))
    assert time.process_time() - started < 2


MIXED = st.text(alphabet="abcXs 12.\u0430\u0441\u043a\u041c\u03b1\u03bf\u03c1\u0578\u00b5", max_size=60)


@given(MIXED)
def test_unmixing_the_stretch_with_look_alikes_is_unmixing_all(text):
    assert _unmixed(Normalised(text, len(text)), tables()).text == unmix(text)


MARKED = st.text(alphabet="ae o\u0301\u0302\u0327\u0344\u0f71\u0f72\u1100\u1161\u11a8", max_size=30)


@given(MARKED)
def test_composing_the_letters_that_bear_marks_is_composing_all(text):
    codes = codes_of(text)
    composed = compose(Normalised(text, len(text)), look_up(tables().flags, codes) & MARKS != 0)
    if all(len(run) <= 8 for run in re.findall("[\u0301-\u0344\u0f71\u0f72]+", text)):
        assert composed.text == unicodedata.normalize("NFC", text)


@given(MARKED, st.data())
def test_what_was_composed_leads_back_to_its_letter(text, data):
    found = compose(Normalised(text, len(text)), look_up(tables().flags, codes_of(text)) & MARKS != 0)
    at = data.draw(st.integers(0, max(0, len(found.text) - 1)))
    start, end = found.span(at, at + 1)
    assert 0 <= start <= end <= len(text)
