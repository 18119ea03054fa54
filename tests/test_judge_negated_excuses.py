"""A licence that a page says it lacks, or does not ask for, is no licence."""

import pytest

from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from crawler.judge import judge
from crawler.judge.lexicon import lexicon_of
from crawler.judge.negation import upright_and_turned
from crawler.judge.signals import find, text_of
from crawler.read import read_text

POLICY = load_policy(None)


def excuses(words: str) -> set[str]:
    """Return the excuses of all categories that hold in ``words``."""
    lexicon = lexicon_of(POLICY)
    page = read_text(words, title="", url=None, pseudonymiser=Pseudonymiser(bytes(32)))
    text = text_of(page)
    upright, _ = upright_and_turned(find(text, lexicon), text, lexicon)
    groups = [lexicon.groups[number] for one in upright for number in one.groups]
    return {group.id for group in groups if group.part == "excuse" and group.category is None}


@pytest.mark.parametrize(
    "words",
    [
        "No tax stamp, that is why it is cheap.",
        "Sold without any tax stamps.",
        "No ID, no tax stamp, no questions.",
        "No need for a valid prescription here.",
        "We never ask for photo ID.",
        "We don't need a valid prescription.",
        "A valid prescription is not needed.",
        "Photo ID not required.",
        "I am not a licensed dealer.",
        "无需凭处方,直接发货。",
        "没有药品经营许可证也能办。",
        "药品经营许可证不需要。",
    ],
)
def test_what_is_lacking_does_not_excuse(words: str) -> None:
    assert "licensed" not in excuses(words)


@pytest.mark.parametrize(
    "words",
    [
        "Every pack bears its tax stamp.",
        "No photo ID, no sale.",
        "No valid ID no service.",
        "Never sold without a valid prescription.",
        "We don't post anything without a valid prescription.",
        "If you have no photo ID we turn you away.",
        "If you are not 21 or over, please leave.",
        "No rush: authorised reseller since 1990.",
        "不得无药品经营许可证售药。",
        "有无药品经营许可证请查询。",
        "没有药品经营许可证不予办理。",
        "Our licence no: licensed dealer 1234.",
    ],
)
def test_what_is_asked_for_still_excuses(words: str) -> None:
    assert "licensed" in excuses(words)


def test_a_seller_without_a_stamp_is_not_excused() -> None:
    words = "Cartons of Marlboro for sale, no tax stamp, that is why it is cheap. Order now on Telegram."
    page = read_text(words, title="", url=None, pseudonymiser=Pseudonymiser(bytes(32)))
    found = judge(page, POLICY)
    assert found.category == "tobacco"
    assert not [one.rule for one in found.evidence if one.weight < 0]


def unlawful(words: str) -> set[str]:
    """Return the marks of unlawful sale that hold in ``words``."""
    lexicon = lexicon_of(POLICY)
    page = read_text(words, title="", url=None, pseudonymiser=Pseudonymiser(bytes(32)))
    text = text_of(page)
    upright, _ = upright_and_turned(find(text, lexicon), text, lexicon)
    groups = [lexicon.groups[number] for one in upright for number in one.groups]
    return {group.id for group in groups if group.unlawful}


def test_no_prescription_no_sale_marks_no_unlawful_sale() -> None:
    assert "no-prescription" in unlawful("Tramadol, no prescription, order now.")
    assert "no-prescription" not in unlawful(
        "Tramadol. No prescription, no sale: order with your doctor's note."
    )
    assert "no-prescription" in unlawful("曲马多,无需处方,直接发货。")
    assert "no-prescription" not in unlawful("曲马多,没有处方,恕不售。")
