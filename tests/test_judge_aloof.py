"""What a page holds at arm's length by the shape of its sentences, and what bears its prices."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.policy import PhraseKind, VoiceKind, load_policy
from blocklist.privacy import Pseudonymiser
from crawler.judge import judge
from crawler.judge.aloof import Aloof
from crawler.read import read_page

POLICY = load_policy(None)
ALOOF = Aloof(POLICY)
PHRASES = {phrase.id: phrase.words for phrase in POLICY.phrases}
PIECES = [
    *(f"{word}{after}" for word in PHRASES[PhraseKind.THING] for after in ("", "s ", " ")),
    *(f"{word} " for word in PHRASES[PhraseKind.MOCK]),
    *(
        "cocaine",
        " for ",
        " about your ",
        "毕业证",
        "\u0130",
        "\u212a",
        "\u017f",
        "\ud800",
        "\u2019",
        " ",
        "x",
    ),
]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("We cannot change names, dates or grades", VoiceKind.DENY),
        ("I never knowingly sell replicas", VoiceKind.DENY),
        ("Silencers are not sold here", VoiceKind.DENY),
        ("They cannot be shipped", VoiceKind.DENY),
        ("匕首、弹簧刀、弓弩不做。", VoiceKind.DENY),
        ("電子煙一律不得攜入。", VoiceKind.DENY),
        ("People who sell these know why", VoiceKind.REPORT),
        ("有人专门兜售身份证号", VoiceKind.REPORT),
        ("a fine of up to $5,000", VoiceKind.WARN),
        ("每條罰500元以上", VoiceKind.WARN),
        ("底薪4000+提成", VoiceKind.WARN),
        ("Nurse injector, £28/h", VoiceKind.WARN),
    ],
)
def test_a_sentence_that_tells(said: str, kind: VoiceKind) -> None:
    assert kind in {told for _, told in ALOOF.told(said)}


@pytest.mark.parametrize(
    "said",
    [
        "We sell what others do not",
        "Never a problem with customs",
        "We never ask for papers",
        "不收定金 先做后付",
        "货不好不要钱",
        "有人收吗 低价出",
        "fine silver, 500 grams",
        "premium quality 50 USD",
        "$28 a gram, 24 hours",
    ],
)
def test_a_sentence_of_a_seller(said: str) -> None:
    assert list(ALOOF.told(said)) == []


@pytest.mark.parametrize(
    ("before", "goods", "after", "else_"),
    [
        ("", "passport", " cover, leather", True),
        ("", "cocaine", " test kit", True),
        ("", "birth certificate", " translation", True),
        ("", "毕业证", "外壳 红绒", True),
        ("", "冰毒", "尿检板", True),
        ("Reagent test kit for ", "MDMA", ", boxed", True),
        ("a rubber ", "pistol", "", True),
        ("练习用", "蝴蝶刀", " 无刃", True),
        ("", "passport", ", cover included", False),
        ("", "毕业证", " 外壳", False),  # two things in a list
        ("", "cocaine", " testimonials", False),
        ("ask for ", "cocaine", " by name", False),
        ("儿童节 ", "手枪", "", False),
    ],
)
def test_goods_that_are_something_else(before: str, goods: str, after: str, else_: bool) -> None:
    assert ALOOF.is_something_else(before + goods + after, len(before), len(before + goods)) is else_


@pytest.mark.parametrize(
    ("said", "claims"),
    [
        ("State licence OLCC 050-555018", True),
        ("Licence number OPIG555017", True),
        ("药品经营许可证 粤CB05550", True),
        ("保單由金管會核准 文號 11305550。", True),
        ("licensed sellers, $12,000 a year", False),
        ("执照+公章+对公3500", False),  # a price
        ("No licence. Call 555-0123", False),  # another sentence
    ],
)
def test_a_licence_with_its_number(said: str, claims: bool) -> None:
    assert (ALOOF.licence(said) is not None) is claims


def _listed(*things: tuple[str, str], title: str, beside: str) -> bool:
    rows = "".join(
        f"<div><h3>{name}</h3><span>{price}</span><button>Add to cart</button></div>"
        for name, price in things
    )
    html = f"<title>{title}</title><h1>{title}</h1>{rows}<p>{beside}</p>"
    page = read_page(
        html.encode(),
        content_type="text/html; charset=utf-8",
        url=None,
        pseudonymiser=Pseudonymiser(bytes(32)),
    )
    return judge(page, POLICY).publishable


BESIDE = "Order ivory and rhino horn, discreet shipping worldwide, no CITES papers, message me on WhatsApp."


def test_a_shop_of_something_else_is_left_to_a_person() -> None:
    ivory = ("Raw ivory tusk", "$900"), ("Rhino horn, 1 kg", "$9,000"), ("Ivory bangle", "$120")
    combs = ("Wooden comb", "$9"), ("Linen scarf", "$19"), ("Brass ring", "$12"), ("Oak tray", "$15")
    assert _listed(*ivory, title="Old store", beside=BESIDE)
    assert not _listed(*combs, title="Old store", beside=BESIDE)
    assert _listed(*combs, title="Rhino horn", beside=BESIDE), "what the title sells is sold"


def test_a_licence_that_nobody_checked_is_left_to_a_person() -> None:
    ivory = ("Raw ivory tusk", "$900"), ("Rhino horn, 1 kg", "$9,000")
    assert _listed(*ivory, title="Old store", beside=BESIDE)
    assert not _listed(*ivory, title="Old store", beside=f"{BESIDE} Licence no. 55-50123.")


@settings(max_examples=50)
@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_words_beside_goods_are_told_as_the_patterns_tell_them(pieces: list[str]) -> None:
    text = "".join(pieces)
    for start in range(len(text)):
        end = start + 1
        plainly = ALOOF._thing.match(text, end, end + 14) or ALOOF._not_the_thing.search(
            text[max(0, start - 24) : start]
        )
        assert ALOOF.is_something_else(text, start, end) is (plainly is not None)
