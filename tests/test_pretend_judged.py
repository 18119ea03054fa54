"""What the judge makes of the pretend web: a floor that refuses to sink.

The pages were written from the categories' definitions by somebody who has not read the policy, each innocent
twin sharing five goods words with its offer. Raise a floor when the judge gets better; never lower one
without saying why in the changelog.
"""

import ast
from pathlib import Path

import pytest

from blocklist.model import Judgement, Label
from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from blocklist.urls import parse_url
from crawler import pretend
from crawler.judge import judge
from crawler.pretend.sites import SITES, Site, page_bytes
from crawler.read import read_page

MOST_PUBLISHED_INNOCENTS = 0  # a false accusation is worse than a miss
MOST_SUSPECTED_INNOCENTS = 7
FEWEST_OFFERS_SEEN = 41  # listed, or a moderator is asked
FEWEST_OFFERS_PUBLISHED = 34  # 39 before a mark of unlawful sale was asked for

PAGES = [site for site in SITES if site.file and site.status == 200 and site.kind not in ("hop", "robots")]
OFFERS = [site for site in PAGES if site.truth == Label.CONTRABAND]
INNOCENT = [site for site in PAGES if site.truth == Label.CLEAR]
NO_PAGE = [site for site in PAGES if site.truth == Label.UNSURE and site.kind != "login"]


@pytest.fixture(scope="module")
def judged() -> dict[Site, Judgement]:
    policy, pseudonymiser = load_policy(None), Pseudonymiser(bytes(32))
    return {
        site: judge(
            read_page(
                page_bytes(site),
                content_type=site.content_type,
                url=parse_url(site.url),
                pseudonymiser=pseudonymiser,
            ),
            policy,
        )
        for site in PAGES
    }


def test_hardly_an_innocent_page_is_published(judged):
    published = [site.address for site in INNOCENT if judged[site].publishable]
    assert len(published) <= MOST_PUBLISHED_INNOCENTS, published


def test_few_innocent_pages_are_suspected(judged):
    suspected = [site.address for site in INNOCENT if judged[site].label != Label.CLEAR]
    assert len(suspected) <= MOST_SUSPECTED_INNOCENTS, suspected


def test_offers_are_seen(judged):
    missed = [site.address for site in OFFERS if judged[site].label not in (Label.CONTRABAND, Label.UNSURE)]
    assert len(OFFERS) - len(missed) >= FEWEST_OFFERS_SEEN, missed


def test_most_offers_are_published_without_asking(judged):
    waiting = [site.address for site in OFFERS if not judged[site].publishable]
    assert len(OFFERS) - len(waiting) >= FEWEST_OFFERS_PUBLISHED, waiting


def test_where_there_is_no_page_to_read_nothing_is_called_clear(judged):
    assert [site.address for site in NO_PAGE if judged[site].label != Label.UNSURE] == []


def test_whoever_writes_these_pages_does_not_look_at_the_policy():
    """The pretend web imports neither judge nor policy, so that neither can leak into it."""
    for file in Path(pretend.__file__).parent.glob("*.py"):
        imported = {
            node.module or ""
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
        }
        assert not [name for name in imported if name.startswith(("crawler.judge", "blocklist.policy"))]
