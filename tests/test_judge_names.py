"""Shops by their names: goods in joined letters count, letters that only happen to hold them do not."""

import pytest

from blocklist.model import Block, BlockKind, Label, Page, PageState
from blocklist.policy import load_policy
from crawler.judge import judge
from crawler.judge.lexicon import lexicon_of
from crawler.judge.names import Parts, names_of

PARTS = Parts(
    {"replica": (1,), "rolex": (2,), "weed": (3,), "meds": (4,), "xanax": (5,)},
    frozenset({"buy", "online", "my", "shop"}),
)
FURNITURE = """
Delivery. We ship worldwide with tracking number, free shipping on all orders.
Payment methods: bank transfer and credit cards accepted. Refund policy: full refund within 7 days.
"""


def page(title: str = "", url: str | None = None, text: str = "") -> Page:
    blocks = [Block(kind=BlockKind.TITLE, text=title)] if title else []
    blocks += [Block(kind=BlockKind.TEXT, text=line) for line in text.strip().splitlines()]
    return Page(url=url, state=PageState.READABLE, title=title, blocks=tuple(blocks))


@pytest.mark.parametrize(
    ("name", "groups"),
    [
        ("buyxanaxonline", (5,)),
        ("buy-xanax-online", (5,)),
        ("ReplicaRolex", (1, 2)),
        ("mymeds24", (4,)),
        ("replicas-shop", (1,)),
        ("xanax", ()),
        ("seaweed", ()),
        ("replicate", ()),
        ("weedonshop", ()),
        ("buyonline", ()),
        ("1234567", ()),
    ],
)
def test_a_name_counts_when_all_its_letters_are_words(name, groups):
    in_title = [one.groups for one in names_of(page(title=f"Welcome to {name}"), PARTS)]
    in_host = [one.groups for one in names_of(page(url=f"https://www.{name.lower()}.example/faq"), PARTS)]
    assert in_title == in_host == ([groups] if groups else [])


def test_a_long_name_is_read_in_no_time():
    assert list(names_of(page(title="weed" * 10 + " " + "weed" * 1000 + "x"), PARTS))


def test_every_policy_word_that_is_a_name_is_lower_case_letters():
    parts = lexicon_of(load_policy(None)).parts
    assert all(word == word.lower() and word.isascii() for word in (*parts.goods, *parts.shop))


@pytest.mark.parametrize("where", [{"title": "deepreplica"}, {"url": "https://deepreplica.example/shipping"}])
def test_the_furniture_of_a_shop_with_a_telling_name_goes_to_a_person(where):
    judgement = judge(page(text=FURNITURE, **where), load_policy(None))
    assert (judgement.label, judgement.category) == (Label.UNSURE, "counterfeit-goods")
    assert not judgement.publishable
    assert "deepreplica" in judgement.evidence[0].excerpt


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("deepreplica", "An open hardware arm for surgeons, printed in one evening."),
        ("seaweed-shop", FURNITURE),
        ("Replica ships of the navy", FURNITURE),
    ],
)
def test_a_name_alone_accuses_nobody(title, text):
    assert judge(page(title=title, text=text), load_policy(None)).label is Label.CLEAR
