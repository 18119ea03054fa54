"""Each shortcut gives what the long way gives."""

import json
import re
import unicodedata
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc_purepy import OpenCC

from blocklist.model import Block, BlockKind, PageState
from blocklist.policy import load_policy
from crawler.judge import disguise
from crawler.judge.groups import groups_of
from crawler.judge.hits import Sought
from crawler.judge.spelling import literals_of
from crawler.read import folding, manners, sounds
from crawler.read.head import Head
from crawler.read.joined import BREAK
from crawler.read.normalise import normalise
from crawler.read.offsets import Normalised, rewrite
from crawler.read.state_words import ENABLE_SCRIPT, PARKED
from crawler.read.states import page_state
from crawler.read.words import Begun, Guarded


def test_every_character_folds_as_it_would_by_itself():
    tables = folding.tables()
    compatible = set(folding._COMPATIBLE)
    for block in folding._SCANNED:
        for code in block:
            if code in compatible:  # simplified besides
                continue
            alone = folding.fold_character(chr(code))
            plain = int(tables.plain[code])
            row = plain - folding._SIZE
            made = chr(plain) if row < 0 else "".join(map(chr, tables.forms[row, : tables.lengths[row]]))
            assert made == alone, f"U+{code:04X}"


def test_readings_are_those_that_pypinyin_gives():
    told = json.loads((files("pypinyin") / "pinyin_dict.json").read_text("utf-8"))
    for character, reading in sounds._readings().items():
        usual = unicodedata.normalize("NFD", told[str(ord(character))].split(",")[0])
        assert reading == "".join(c for c in usual.replace("u\u0308", "v") if "a" <= c <= "z"), character
    assert sounds.reading_of("\u94f6") == "yin"


def test_words_normalised_together_are_those_normalised_alone():
    words = list(dict.fromkeys(word for _, words in groups_of(load_policy()) for word in words))
    together = literals_of(words)
    for word in words[::7]:
        assert together[word] == literals_of([word])[word], word
        if together[word] and not {"#", "\u2026"} & set(word):
            assert together[word][0] == (normalise(word).text.strip(),)


_PARTS = st.text(
    st.sampled_from("a\u0430cZ \u0301\u202e\u202c\u958b9-\u2026#\ufb01\u0e33" + BREAK), max_size=8
)


@given(
    st.text("abcde", min_size=4, max_size=12),
    st.sampled_from([0, 1, -1]),
    st.integers(0, 9),
    st.booleans(),
    st.booleans(),
)
def test_a_plain_word_is_told_as_any_other_is(surface, changed, gap, joined, held):
    """Beside itself, and beside a word that is a letter longer or shorter."""
    letters = surface + "e" if changed > 0 else surface[: len(surface) + changed]
    word = disguise._Spelt(
        Sought(0, letters, (), (), joined=joined), letters, letters, frozenset({gap} - {0})
    )
    meant = word._is_meant(surface, list(range(len(surface))), surface, held=held)
    assert word._is_one_word(surface, held=held) is meant


@given(st.lists(_PARTS, max_size=6))
def test_words_do_not_change_each_other(words):
    assert literals_of(words) == {word: literals_of([word])[word] for word in words}


_ODD_WORDS = st.sampled_from(
    [
        *("rep1ca", "w4tch", "c.a.s.h", "saaale", "aaaa", "plain", "well-known", "$$$", "7", "it's", "a/b/c"),
        *("\u4ee3-\u5f00", "\u6279\u53d1", "\u00b7", "\ud800"),
    ]
)


@given(st.lists(_ODD_WORDS, max_size=30).map(" ".join))
def test_no_more_signs_of_a_manner_are_found_than_were_counted(text):
    for manner in manners._MANNERS:
        assert len(manner.sign.findall(text)) <= manner.most(text)


@given(st.text("abcx", max_size=12), st.sampled_from(["", "z", "zzzz"]))
def test_a_rewritten_character_stands_for_all_that_was_matched(text, piece):
    pattern = re.compile("[abc]x+|a")
    found = rewrite(Normalised(text, len(text)), pattern, lambda _: piece)
    expected: list[tuple[str, int, int]] = []
    at = 0
    for match in pattern.finditer(text):
        expected += [(text[one], one, one + 1) for one in range(at, match.start())]
        expected += [(letter, match.start(), match.end()) for letter in piece]
        at = match.end()
    expected += [(text[one], one, one + 1) for one in range(at, len(text))]
    assert found.text == "".join(letter for letter, _, _ in expected)
    assert [found.span(one, one + 1) for one in range(len(found.text))] == [row[1:] for row in expected]
    assert found.starts is None or found.starts.dtype == np.int32


@given(
    st.lists(
        st.builds(
            Block,
            st.sampled_from([BlockKind.TEXT, BlockKind.META, BlockKind.CELL]),
            st.integers(0, 900).map(lambda size: "\u8bcd" * (size % 90) + "w" * size),
            st.booleans(),
        ),
        max_size=5,
    )
)
def test_a_page_with_much_to_read_is_readable_however_it_is_divided(blocks):
    shown = " ".join(block.text for block in blocks if not block.hidden and block.kind is not BlockKind.META)
    state, _ = page_state(blocks, Head(), "")
    assert (state is PageState.READABLE) or len(shown) <= 1500


@pytest.mark.parametrize("guarded", [PARKED, ENABLE_SCRIPT], ids=["parked", "script"])
@given(data=st.data())
def test_a_guard_lets_through_whatever_its_pattern_matches(guarded, data):
    text = data.draw(st.from_regex(guarded.pattern))
    assert guarded.search(text) is not None


@given(text=st.text(st.sampled_from("noatDKI\u0131\u0130s\u017f '\u2019x"), max_size=12))
def test_a_guard_sees_words_as_a_pattern_that_ignores_case_does(text):
    pattern = re.compile("no kid|isn['\u2019]t a", re.IGNORECASE)
    assert (Guarded(["no kid", "isn't a"], pattern).search(text) is None) == (pattern.search(text) is None)


def test_simplified_characters_are_those_that_opencc_gives():
    simplify, tables = OpenCC("t2s").convert, folding.tables()
    for block in folding._HAN:
        alone = [code for code in block if code not in map(ord, folding.HAN_VARIANTS)]
        for code, simple in zip(alone, simplify("\n".join(map(chr, alone))).split("\n"), strict=True):
            assert chr(tables.plain[code]) == simple, f"U+{code:04X}"


@given(
    pairs=st.lists(st.tuples(st.integers(0, 11), st.integers(1, 5))),
    text=st.text("a\u202e\u202c\ufb01 b", min_size=16),
)
def test_many_stretches_stand_where_each_does(pairs, text):
    found = normalise(text)
    size = len(found.text)
    stretches = [(start, min(start + length, size)) for start, length in pairs if start < size]
    assert list(found.spans(stretches)) == [found.span(start, end) for start, end in stretches]


@given(text=st.text(st.sampled_from("aAsS\u017f xi\u0130\u0131\u2019"), max_size=20))
def test_what_begins_with_a_word_is_found_where_the_pattern_finds_it(text):
    pattern = re.compile("(?<!x)(?:as|is|a['\u2019]s)[^x]{0,4}?s", re.IGNORECASE)
    found = Begun(["as", "is", "a's"], pattern).finditer(text)
    assert [one.span() for one in found] == [one.span() for one in pattern.finditer(text)]
