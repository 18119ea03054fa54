"""Which pages wait for a moderator, gravest first.

A page that an entry covers already is not asked about again, unless its own entry is in question.
"""

from collections.abc import Iterable, Mapping

from blocklist.listing.pages import PageState
from blocklist.listing.scoping import Claim
from blocklist.model import Entry, ReviewItem, Scope
from blocklist.scopes import wider


def review_of(pages: Iterable[PageState], listed: Mapping[Claim, Entry]) -> tuple[ReviewItem, ...]:
    """Return one item for each held page: by grade and confidence falling, then by link."""
    items = [_item(page) for page in pages if _asks(page, listed)]
    return tuple(sorted(items, key=lambda each: (-each.grade, -each.confidence, each.link)))


def _asks(page: PageState, listed: Mapping[Claim, Entry]) -> bool:
    if page.held_for is None:
        return False
    # An entry of this very page that goes on without verification is a question too.
    return page.in_question or not any(wide in listed for wide in wider(Scope.URL, page.key))


def _item(page: PageState) -> ReviewItem:
    judgement = page.verdict.judgement
    assert page.held_for is not None
    return ReviewItem(
        link=page.findings[0].link.id,
        url=page.url,
        reason=page.held_for,
        category=page.category or judgement.category,
        grade=page.grade,
        confidence=judgement.confidence,
    )
