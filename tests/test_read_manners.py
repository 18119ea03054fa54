"""Texts written otherwise throughout are set right; texts with an odd word here and there are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.read.manners import is_disguised, is_held, set_right
from crawler.read.normalise import normalise


def readings(text: str) -> list[str]:
    return [found.text for found in set_right(normalise(text))]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("9r4m HQ P3ruv!4n $n4ck5 90 %, 0.386 87C, 5h!p$", "gram hq peruvian snacks 90 %, 0.386 btc, ships"),
        ("8uy 0n|1n3 ch34p3r n0w", "buy online cheaper now"),
        ("SAMPLEE COOOOKIIIIE FFFFlaaaake Unnnncccut BBBBTCCCC", "sample cokie flake uncut btc"),
        ("b.uy co~okies now he/re che_ap pri'ces", "buy cookies now here cheap prices"),
        ("出.售 饼-干 现*货 加 微|信", "出售 饼干 现货 加 微信"),
    ],
)
def test_what_is_written_so_throughout_is_set_right(written: str, read: str) -> None:
    assert read in readings(written)


@pytest.mark.parametrize(
    "written",
    [
        "Take 100mg twice, 50ml in the 3rd hour, 200kg 4x4 B2B at 5pm",
        "It's the e-mail of the co-op at St. John's: we don't know who they are for; it is not open 24/7.",
        "Noooo! He said that it was the best game of the whole year, and everybody agreed with him.",
        "本店经营饼干,糖果,蛋糕,面包,饮料,水果,欢迎光临",
        "约翰·史密斯和玛丽·琼斯在北京见面。谈了三个小时。没有达成任何协议。双方同意下周再谈。",
        "",
    ],
)
def test_what_has_an_odd_word_is_left_alone(written: str) -> None:
    assert readings(written) == []


def test_an_excerpt_quotes_what_was_written() -> None:
    written = "b.uy co~okies now he/re che_ap pri'ces"
    (found,) = set_right(normalise(written))
    at = found.text.index("cookies")
    start, end = found.span(at, at + len("cookies"))
    assert written[start:end] == "co~okies"


def test_letters_held_down_throughout_are_told_from_one_cheer() -> None:
    assert is_held("buuuuy goooold nooow heeere")
    assert not is_held("hooray, the shop is open again and everybody may come in")


@given(st.text(max_size=300))
def test_any_text_is_read_and_every_place_lies_in_it(written: str) -> None:
    for found in set_right(normalise(written)):
        start, end = found.span(0, len(found.text))
        assert 0 <= start <= end <= len(written)


@pytest.mark.parametrize(
    ("written", "disguised"),
    [
        ("0.5 G Co|okie 90% to-p gra.de. 0.02 B~TC, sh'ips NL 100 200 300", True),
        ("9r4m HQ P3ruv!4n $n4ck5 90 %, 0.386 87C, 5h!p$", True),
        ("本公'司长期出'售各类饼*干,税'点优惠,可先验'货后付'款", True),
        ("SAMPLEE COOOOKIIIIE FFFFlaaaake Unnnncccut BBBBTCCCC", False),  # children write so too
        ("高效液相色谱法测定血浆中的药,流动相为5 mmol/L磷酸二氢钾-乙腈(85:15)", False),
        ("Take 100mg twice, 50ml in the 3rd hour", False),
    ],
)
def test_a_disguise_is_told_from_an_odd_way_of_writing(written: str, disguised: bool) -> None:
    assert is_disguised(normalise(written).text) is disguised
