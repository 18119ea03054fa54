# ruff: noqa: RUF001 - look-alike characters are what is tested
"""Normalising: one form for every way of writing, and the way back to the original."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.read.normalise import normalise, readings, undisguise

SAME = [
    ("plain ASCII, case", "Buy NOW", "buy now"),
    ("spaces of all kinds", "a \t b\n\nc\u3000d\xa0e", "a b c d e"),
    ("full width", "Ｖｉａｇｒａ，微信：ａｂｃ", "viagra,微信:abc"),
    ("zero width", "co\u200bca\u200d\ufeffine", "cocaine"),
    ("bidi controls", "\u202ecocaine\u202c", "cocaine"),
    ("soft hyphen", "via\u00adgra", "viagra"),
    ("Cyrillic inside Latin", "сосаine", "cocaine"),
    ("Greek inside Latin", "νiαgrα", "viagra"),
    ("Latin inside Cyrillic", "дocтавка", "доставка"),
    ("real Russian", "Наша доставка", "наша доставка"),
    ("real Greek", "Αθήνα", "αθηνα".replace("η", "ή")),
    ("mathematical letters", "𝓿𝓲𝓪𝓰𝓻𝓪", "viagra"),
    ("circled, squared", "ⓥⓘⓐ🅶🆁🅰", "viagra"),
    ("small capitals", "ᴠɪᴀɢʀᴀ", "viagra"),
    ("ligature, ellipsis", "oﬃce…", "office..."),
    ("traditional", "開發票 聯繫電話", "开发票 联系电话"),
    ("compatibility ideographs, radicals", "\uf9b4⼈⻋", "领人车"),
    ("combining marks", "e\u0301te\u0301", "été"),
    ("Vietnamese, decomposed", "ma tu\u0301y", "ma túy"),
    ("German", "STRASSE straße", "strasse strasse"),
    ("Turkish dotted capital", "İstanbul", "istanbul"),
    ("Korean stays", "한국어", "한국어"),
    ("half", "½ kg", "1/2 kg"),
    ("nothing", "", ""),
    ("emoji with selector", "❤️ 🚬", "❤ 🚬"),
]


@pytest.mark.parametrize(("written", "read"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_ways_of_writing_fold_into_one(written, read):
    assert normalise(written).text == read


READ_THROUGH = [
    ("spaced letters", "v i a g r a", "viagra"),
    ("dotted letters", "buy c.o.c.a.i.n.e here", "buy cocaine here"),
    ("dashed letters", "x-a-n-a-x", "xanax"),
    ("three letters are an abbreviation", "u.s.a", "u.s.a"),
    ("mixed gaps are no trick", "a b. c d", "a b. c d"),
    ("leet", "v1agra c0caine $teroids x4nax", "viagra cocaine steroids xanax"),
    ("leet l", "p1lls a1cohol", "pills alcohol"),
    ("leet at sign", "m@rijuana", "marijuana"),
    ("quantities stay", "100mg 5g iphone15 mp3 $5each covid19", "100mg 5g iphone15 mp3 $5each covid19"),
    ("exclamation stays", "buy now!", "buy now!"),
    ("split by a symbol", "co*ca_ine", "cocaine"),
    ("apostrophes, hyphens stay", "it's well-known", "it's well-known"),
    ("Chinese, spaced", "发 票 代 开", "发票代开"),
    ("Chinese, starred", "代*开*发*票", "代开发票"),
    ("Chinese words keep their spaces", "首页 关于我们 联系", "首页 关于我们 联系"),
    ("Chinese punctuation stays", "枪、刀。药", "枪、刀。药"),
    ("accents", "vìágrà", "viagra"),
    (
        "wholly Cyrillic in Latin text",
        "order сосаре from our shop now today",
        "order cocape from our shop now today",
    ),
]


@pytest.mark.parametrize(
    ("written", "read"), [row[1:] for row in READ_THROUGH], ids=[row[0] for row in READ_THROUGH]
)
def test_disguises_are_read_through(written, read):
    assert undisguise(written).text == read


def test_readings_are_one_for_innocent_text_and_two_for_disguise():
    assert [found.text for found in readings("good morning")] == ["good morning"]
    assert [found.text for found in readings("v1agra")] == ["v1agra", "viagra"]


@pytest.mark.parametrize(
    ("written", "needle", "quoted"),
    [
        ("Buy V I A G R A now", "viagra", "V I A G R A"),
        ("xx co\u200bcaine yy", "cocaine", "co\u200bcaine"),
        ("…… 發票 ……", "发票", "發票"),
        ("oﬃce", "ff", "ﬃ"),
        ("ab  cd", "b c", "b  c"),
        ("加 微*信 abc", "微信", "微*信"),
        ("e\u0301te\u0301 x", "té", "te\u0301"),
        ("İstanbul", "stan", "stan"),
    ],
)
def test_a_match_quotes_the_original(written, needle, quoted):
    found = undisguise(written) if needle not in normalise(written).text else normalise(written)
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
    for found in readings(text):
        first, last = found.span(start, end)
        assert 0 <= first <= last <= len(text)
        assert found.span(0, len(found.text))[1] <= len(text)


@given(TRICKY)
def test_each_character_comes_from_text_that_normalises_to_hold_it(text):
    found = normalise(text)
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
    "piece", ["a", "a ", "1a", "а", "аa", "微", "微 ", "*", "e\u0301\u0301", "\u0301", "\u200b", "a1@$"]
)
def test_a_hundred_thousand_of_anything_takes_no_time(piece):
    started = time.perf_counter()
    undisguise(piece * (100_000 // len(piece)))
    assert time.perf_counter() - started < 2
