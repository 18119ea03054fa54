"""A floor under every evasion: offers of our own, evaded, are still listed or sent to a moderator.

The offers are of ``tests/pages`` and were written from the categories' definitions; the evasions by somebody
who had not read the policy. What each costs on labelled rows is measured by ``tests/evade_corpus.py``.
"""

import html
import re
from functools import cache
from pathlib import Path

import pytest

from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from crawler.read.decode import decode
from tests.evade_corpus import judged
from tests.evasions import NAMES, Evaded, after, before

PAGES = Path(__file__).parent / "pages"
OFFERS_OF = {"en": 6, "zh": 12}  # one of each category as far as they go; sounds matter to Chinese alone
FLOOR = {"homophones/han": 0.75, "pinyin/initials": 0.85, "spacing/dotted-once": 0.85, "leet/all": 0.85}
FLOOR_ELSE = 0.9  # of the offers seen when they are written plainly
_TAG = re.compile(r"<[^>]*>")


def _offers() -> list[dict]:
    found = []
    for lang, most in OFFERS_OF.items():
        firsts = [
            min(folder.glob("offer-*.html"), default=None) for folder in sorted((PAGES / lang).iterdir())
        ]
        pages = [page for page in firsts if page is not None][:most]
        found += [{"id": page.stem, "lang": lang, "html": decode(page.read_bytes())[0]} for page in pages]
    return found


OFFERS = _offers()
POLICY = load_policy(None)
KEY = Pseudonymiser(bytes(32))


@cache
def _judged(evaded: Evaded) -> tuple[bool, bool]:
    return judged(evaded, POLICY, KEY)


def _seen(name: str) -> tuple[int, int]:
    """How many of the offers that this evasion changes are seen before, and of those after it."""
    was = now = 0
    for row in OFFERS:
        evaded = after(name, row)
        if evaded is not None and _judged(before(name, row))[1]:
            was += 1
            now += _judged(evaded)[1]
    return was, now


def test_there_are_offers_of_both_languages():
    assert {row["lang"] for row in OFFERS} == {"en", "zh"}
    assert len(OFFERS) >= 12


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_an_evaded_offer_is_still_seen(name):
    was, now = _seen(name)
    assert was >= 5
    assert now >= was * FLOOR.get(name, FLOOR_ELSE), f"{now} of {was}"


@pytest.mark.parametrize("name", NAMES)
def test_an_evasion_is_the_same_every_time_and_changes_something(name):
    row = {"id": "a", "title": "Cheap watches", "text": "出售发票,代开学历,手机 watches for sale"}
    assert after(name, row) == after(name, row)
    assert after(name, row) not in (None, before(name, row))


def test_hidden_words_alone_list_nothing():
    words = " ".join(html.unescape(_TAG.sub(" ", OFFERS[0]["html"])).split())
    page = f"<html><title>Garden club</title><p>We meet on Thursdays.</p><div hidden>{words}</div></html>"
    evaded = before("css/hidden-filler", {"id": "h", "html": page})
    assert not _judged(evaded)[0]
