"""The policy's small words: each kind does what ``policy.toml`` says of it, and an edit there is enough."""

import shutil
from pathlib import Path

import pytest

from blocklist.policy import DEFAULT_POLICY, PhraseKind, load_policy
from crawler.judge.phrases import Phrases

DEFAULT = load_policy(None)
PHRASES = Phrases(DEFAULT)


def lacks(said: str, excuse: str, phrases: Phrases = PHRASES) -> bool:
    at = said.index(excuse)
    return phrases.lacks(said, at, at + len(excuse))


def test_the_default_policy_lists_every_kind() -> None:
    assert {phrase.id for phrase in DEFAULT.phrases} == set(PhraseKind)


@pytest.mark.parametrize(
    ("said", "excuse"),
    [
        ("cartons with no tax stamp", "tax stamp"),
        ("WITHOUT A VALID PRESCRIPTION", "PRESCRIPTION"),
        ("we don\u2019t ask for your prescription", "prescription"),
        ("a prescription is not required", "prescription"),
        ("prescriptions never needed", "prescriptions"),
        ("无需处方即可购买", "处方"),
        ("無需處方", "處方"),
        ("处方不需要", "处方"),
    ],
)
def test_an_excuse_that_is_not_there(said: str, excuse: str) -> None:
    assert lacks(said, excuse)


@pytest.mark.parametrize(
    ("said", "excuse"),
    [
        ("a valid prescription", "prescription"),
        ("casino prescription", "prescription"),  # "no" within a word
        ("never without a valid prescription", "prescription"),
        ("no photo ID, no sale", "photo ID"),
        ("an offence to sell without a prescription", "prescription"),
        ("prescription. Not needed by adults", "prescription"),  # another sentence
        ("有无处方请说明", "处方"),
        ("如果无处方请先就诊", "处方"),
        ("无处方不售", "处方"),
    ],
)
def test_an_excuse_that_holds(said: str, excuse: str) -> None:
    assert not lacks(said, excuse)


@pytest.mark.parametrize(
    ("said", "refuses"),
    [
        ("we do not stock replicas", True),
        ("never accept replicas", True),
        ("不卖高仿", True),
        ("beware of replicas", False),
        ("stockings and replicas", False),
    ],
)
def test_refusing_a_sale_is_more_than_a_warning(said: str, refuses: bool) -> None:
    assert PHRASES.refuses(said, 0, len(said)) == refuses


@pytest.mark.parametrize(
    ("said", "bars"),
    [
        ("Share: WhatsApp Telegram ¶ Call us", ["Share: WhatsApp Telegram "]),
        ("Call us ¶ 分享 微信 QQ", ["¶ 分享 微信 QQ"]),
        ("A share of the market", []),
        ("Shareholders of WhatsApp", []),
    ],
)
def test_a_bar_that_shares_the_page(said: str, bars: list[str]) -> None:
    assert [said[start:end] for start, end in PHRASES.sharing(said)] == bars


@pytest.mark.parametrize(
    ("said", "button"),
    [
        ("Add to Cart", True),
        ("BUY NOW!", True),
        ("» In den Warenkorb", True),
        ("立即购买", True),
        ("Buy now and save today", False),
        ("Read more", False),
        ("", False),
    ],
)
def test_a_button_that_begins_a_purchase(said: str, button: bool) -> None:
    assert PHRASES.is_button(said) == button


@pytest.mark.parametrize(
    ("between", "joined"), [(" and ", True), (", or ", True), ("、", True), (" but we sell ", False)]
)
def test_what_joins_a_list(between: str, joined: bool) -> None:
    assert (PHRASES.joining.fullmatch(between) is not None) == joined


def test_a_policy_team_adds_a_word_without_python(tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    shutil.copytree(DEFAULT_POLICY, folder)
    assert not lacks("sans aucune ordonnance", "ordonnance")
    main = folder / "policy.toml"
    text = main.read_text(encoding="utf-8")
    assert 'zh = ["无", "无需"' in text
    main.write_text(
        text.replace('zh = ["无", "无需"', 'fr = ["sans aucune"]\nzh = ["无", "无需"', 1), encoding="utf-8"
    )
    assert lacks("sans aucune ordonnance", "ordonnance", Phrases(load_policy(folder)))


def test_a_policy_that_lists_none_finds_none(tmp_path: Path) -> None:
    shutil.copytree(DEFAULT_POLICY, tmp_path / "policy")
    main = tmp_path / "policy" / "policy.toml"
    text = main.read_text(encoding="utf-8")
    start, end = text.index("[[phrases]]"), text.index("[suppression]")
    main.write_text(text[:start] + text[end:], encoding="utf-8")
    silent = Phrases(load_policy(tmp_path / "policy"))
    assert not lacks("no tax stamp", "tax stamp", silent)
    assert not silent.is_button("buy now")
    assert list(silent.sharing("Share: WhatsApp")) == []
    assert silent.joining.fullmatch(", ") is not None  # punctuation joins in any language
