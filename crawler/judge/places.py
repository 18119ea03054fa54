"""Where the prices of a page stand in its joined text."""

from collections.abc import Iterator

from blocklist.model import Page
from crawler.judge.signals import Text


def price_places(page: Page, text: Text) -> Iterator[int]:
    """Where each price begins, in the order of ``page.prices``; -1: past what is judged.

    A price that its block says twice is there twice, the second time after the first.
    """
    last: dict[int, int] = {}
    for price in page.prices:
        if not 0 <= price.block < len(text.starts):
            yield -1
            continue
        at = text.blocks[price.block].text.find(price.text, last.get(price.block, 0))
        last[price.block] = at + 1 if at >= 0 else 0
        yield text.starts[price.block] + max(at, 0)
