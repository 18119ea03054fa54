"""Whether a page tells or sells: prose without anything for a buyer to do is a report."""

import pytest

from blocklist.model import Block, BlockKind, Contact, ContactKind, Label, Page, PageState
from blocklist.policy import load_policy
from crawler.judge import judge
from crawler.judge.register import invites_privately, is_flyer, is_prose
from crawler.judge.signals import text_of

SENTENCE = (
    "The lorry came over the bridge at night and two men unloaded it before anybody in the harbour woke up. "
)
HAN = "昨天夜里一辆货车驶过大桥,两名男子在港口卸下了货物,直到天亮也没有人发现他们,事后才由邻居告诉了记者。"


def page(*blocks: Block, contacts: tuple[Contact, ...] = ()) -> Page:
    return Page(url=None, state=PageState.READABLE, title="", blocks=blocks, contacts=contacts)


def paragraph(words: str, **where: bool) -> Block:
    return Block(kind=BlockKind.TEXT, text=words, **where)


def item(words: str) -> Block:
    return Block(kind=BlockKind.ITEM, text=words)


@pytest.mark.parametrize(
    ("blocks", "prose"),
    [
        ((), False),
        ((paragraph(SENTENCE),), True),
        ((paragraph(HAN),), True),
        ((paragraph(SENTENCE[:-2]),), False),
        ((paragraph("Short. Very short."),), False),
        ((item(SENTENCE),), False),
        ((paragraph(SENTENCE, hidden=True), item("Blue, $30")), False),
        ((paragraph(SENTENCE, boilerplate=True), item("Blue, $30")), False),
        ((paragraph(SENTENCE), *[item("Blue, large, 30 in the box")] * 9), False),
        ((paragraph(SENTENCE), item("Blue, $30")), True),
    ],
)
def test_prose_is_paragraphs_of_sentences(blocks, prose):
    assert is_prose(text_of(page(*blocks))) is prose


@pytest.mark.parametrize(
    ("kind", "private"),
    [
        (ContactKind.EMAIL, False),
        (ContactKind.PHONE, False),
        (ContactKind.WECHAT, True),
        (ContactKind.SIGNAL, True),
    ],
)
def test_an_editors_address_is_no_invitation(kind, private):
    assert invites_privately(page(contacts=(Contact(kind=kind, hmac="", block=0),))) is private


REPORT = (
    "The court heard that the vendor took orders for cocaine and MDMA at $90 per gram, with stealth shipping "
    "and escrow. He was sentenced to six years. Police said the cocaine had been cut in a kitchen."
)


def test_a_report_that_quotes_prices_is_clear_and_says_why():
    judgement = judge(page(paragraph(REPORT)), load_policy(None))
    assert judgement.label is Label.CLEAR
    assert "leaves a buyer nothing to do" in judgement.reason


def test_the_same_words_with_something_to_do_are_for_a_person():
    sold = page(
        paragraph(REPORT), item("Cocaine, 1 g, $90"), Block(kind=BlockKind.CONTROL, text="Add to cart")
    )
    assert judge(sold, load_policy(None)).label is not Label.CLEAR


@pytest.mark.parametrize(
    ("words", "flyer"),
    [
        ("Come and see www.masked.example", True),
        ("\u770b\u8fd9\u91cc abc12\u70b9top", True),
        ("Come and see us on Monday.", False),
        (f"{SENTENCE} {SENTENCE} http://masked.example", False),
    ],
)
def test_a_few_words_and_an_address_are_a_flyer(words, flyer):
    assert is_flyer(text_of(page(paragraph(words)))) is flyer
