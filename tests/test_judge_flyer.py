"""A message that sends its reader elsewhere: what is hidden in a page is no address, and costs nothing."""

import pytest

from blocklist.model import Block, BlockKind, Page, PageState
from blocklist.policy import load_policy
from crawler.judge import judge
from crawler.judge.register import is_flyer
from crawler.judge.signals import text_of


def page(seen: str, unseen: str) -> Page:
    """Two blocks, one that no reader meets."""
    blocks = (
        Block(kind=BlockKind.TEXT, text=seen),
        Block(kind=BlockKind.TEXT, text=unseen, hidden=True),
    )
    return Page(url=None, state=PageState.READABLE, blocks=blocks)


@pytest.mark.parametrize(
    ("seen", "unseen", "flyer"),
    [
        ("Cocaine, see shop-of-mine.example", "", True),
        ("Cocaine, see shop-of-mine.example", "a" * 20_000, True),
        ("Cocaine, ask around", "shop-of-mine.example", False),
        ("Cocaine, ask around", "a" * 20_000, False),
        ("Cocaine, see shop-of-mine.example " + "word " * 40, "", False),
    ],
)
def test_a_flyer_is_what_a_reader_sees_of_it(seen: str, unseen: str, *, flyer: bool) -> None:
    assert is_flyer(text_of(page(seen, unseen))) is flyer


def test_a_category_called_for_sale_is_not_for_sale_twice() -> None:
    words = "出售黄片资源,无码成人视频网盘,价格20元,加微信下单,现货。"
    found = judge(page(words, ""), load_policy(None))
    assert found.category == "adult"
    assert "for sale for sale" not in found.reason
