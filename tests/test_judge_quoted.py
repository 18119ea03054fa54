"""What a page quotes, refuses or passes on is not what it offers; a licence takes doubtful marks away."""

# ruff: noqa: RUF001, E501 - pages as people write them, Chinese ones with their own punctuation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.model import Block, BlockKind, Judgement, Label, Page, PageState
from blocklist.policy import load_policy
from crawler.judge import judge
from crawler.judge.quoted import Quotations


def judged(*paragraphs: str) -> Judgement:
    blocks = tuple(Block(kind=BlockKind.TEXT, text=text) for text in paragraphs)
    return judge(Page(url=None, state=PageState.READABLE, blocks=blocks), load_policy(None))


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('He wrote "order now, no questions" to all.', "order now"),
        ("He wrote “order now, no questions” to all.", "order now"),
        ("He wrote ‘order now, don’t ask’ to all.", "order now"),
        ("The 'order now' button.", "order now"),
        ("他说「立即购买」就行。", "立即购买"),
        ("卖家写道“立即购买,包邮”。", "立即购买"),
        ("Er schrieb „order now“ an alle.", "order now"),
    ],
)
def test_what_stands_between_marks_is_quoted(text, quoted):
    at = text.index(quoted)
    assert Quotations(text).hold(at, at + len(quoted))


@pytest.mark.parametrize(
    "text",
    [
        'A 5" knife, order now, 7" handle.',
        "It's the sellers' choice: order now. That's all.",
        'An open mark " that is never closed, order now.',
        'One block " ends ¶ order now ¶ another " begins.',
        "don't order now, won't you?",
    ],
)
def test_inches_and_apostrophes_quote_nothing(text):
    at = text.index("order now")
    assert not Quotations(text).hold(at, at + len("order now"))


@given(st.text(alphabet="\"'“”‘’「」„«» a¶.", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_any_text_has_quotations(text, start, length):
    assert Quotations(text).hold(start, start + length) in (True, False)


REPORT = (
    "The harbour watch found the parcels on Tuesday night behind a wall of crates, and nobody in the street had noticed.",
    "The account promised {offer} to nine thousand readers before it was closed, and two families told us what came of it.",
    "Cocaine and heroin were weighed in the back room of the laundry, where the old machines still turned all night long.",
)


def test_a_quoted_offer_is_not_published():
    offer = "cocaine $80 a gram, order now, stealth shipping worldwide"
    plain = judged(*(text.format(offer=offer) for text in REPORT))
    quoted = judged(*(text.format(offer=f'"{offer}"') for text in REPORT))
    assert quoted.confidence < plain.confidence
    assert not quoted.publishable


OFFER = "Replica Rolex watches for sale, superclone, identical to the original, $120, add to cart, we ship worldwide."


def test_who_refuses_goods_by_name_is_left_to_a_person():
    assert judged(OFFER).publishable
    found = judged(OFFER, "We never sell replica handbags.")
    assert not found.publishable
    assert any(one.rule == "counterfeit-goods/excuse/refused" for one in found.evidence)


def test_a_bar_that_passes_the_page_on_invites_nobody():
    goods = "Cocaine and ketamine were the talk of the evening, at $80 and $30."
    with_bar = judged(goods, "Share: Facebook X WhatsApp Email")
    with_invitation = judged(goods, "WhatsApp us")
    assert with_bar.confidence < with_invitation.confidence
    assert not with_bar.publishable


def test_an_online_pharmacy_that_shows_its_licence_is_no_rogue():
    shop = "Our online pharmacy: Viagra 100mg $30 and Cialis 20mg $40, add to cart, delivered to your door."
    licence = "Registered pharmacy, GPhC number on request. A prescription from your doctor and photo ID are asked for by our pharmacist."
    assert judged(shop).label is Label.CONTRABAND
    assert judged(shop, licence).label is Label.CLEAR


def test_goods_that_nobody_offers_are_clear_however_dense():
    assert (
        judged("Ketamine, PCP, methoxetamine: dissociatives.", "LSD, mescaline: psychedelics.").label
        is Label.CLEAR
    )


def test_an_everyday_word_sold_by_the_gram_goes_to_a_person():
    found = judged("14 g best coke, 86% plus. 0.41 BTC, $400. Ships from GB to all.")
    assert (found.category, found.publishable) == ("controlled-drugs", False)


def test_a_word_of_the_law_does_not_make_a_long_shop_page_a_law():
    filler = [
        "Each watch is packed in foam by two of us in the cellar, then a third looks it over once more."
    ] * 40
    found = judged(
        OFFER, "Order now. Officials and the legislation of taste will envy your replica handbag.", *filler
    )
    assert found.publishable


def test_how_to_avoid_is_no_refusal_to_sell():
    found = judged(OFFER, "Read our guide on how to avoid replica handbags that fall apart in a week.")
    assert not any(one.rule.endswith("excuse/refused") for one in found.evidence)
