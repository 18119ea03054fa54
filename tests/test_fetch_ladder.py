"""A suspect is read no more often than its sights differ; what was seen again is said so in the archive."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest

from blocklist.model import Capture, Label, Vantage
from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from blocklist.urls import parse_url
from crawler.fetch.ladder import Climbed, Ladder
from crawler.fetch.visit import Visited
from crawler.readers import Exchange, Reader, Reading, Task
from crawler.vantage.compare import Seen
from tests.cloakers import decoy, offer

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = parse_url("http://shop.example/")
LINK: Any = SimpleNamespace(id=1, url=URL, host="shop.example", twins=())
DECOY, OFFER = decoy().body, offer().body
DECOY_TITLE = unescape(DECOY.partition("<title>")[2].partition("</title>")[0])
DECOY_WORDS = unescape(re.sub("<[^>]+>", " ", DECOY.partition("<p>")[2].partition("</p>")[0]))[:200]


def visited(page: str, vantage: Vantage = Vantage.DECLARED) -> Visited:
    body = page.encode()
    exchange = Exchange(url=URL, status=200, request_headers=(), response_headers=(), body=body)
    capture = Capture(
        link=1,
        vantage=vantage,
        fetched_at=NOW,
        final_url=URL,
        status=200,
        content_type="text/html",
        body_sha256=sha256(body).hexdigest(),
        body_bytes=len(body),
    )
    return Visited(link=LINK, capture=capture, exchange=exchange)


class Reads:
    """Reads in this process, and notes what it was asked."""

    def __init__(self) -> None:
        self.reader = Reader(policy=load_policy(None), pseudonymiser=Pseudonymiser(bytes(32)))
        self.tasks: list[Task] = []

    async def read(self, task: Task) -> Reading:
        self.tasks.append(task)
        return self.reader.read_now(task)


REPORTED = (True, NOW, Vantage.DECLARED, None, "")
"""A link of a new host, reported by somebody, and no card of it."""


def climbed(pages: dict[Vantage, str], circumstances: tuple[Any, ...] = REPORTED) -> tuple[Climbed, Reads]:
    """Climb a link that shows each vantage its page, and everybody else the decoy."""
    reads = Reads()

    async def no_outage(_: Any) -> str:
        return ""

    session: Any = SimpleNamespace(
        outage_of=no_outage,
        config=SimpleNamespace(vantages=("in-app", "no-referer", "language", "desktop", "returning")),
        links=SimpleNamespace(circumstances=lambda _: circumstances),
        readers=reads,
        policy=reads.reader.policy,
        now=lambda: NOW,
        unread=0,
    )

    async def look(_: Any, vantage: Vantage, __: Any) -> Sequence[Visited]:
        return [visited(pages.get(vantage, DECOY), vantage)]

    async def climb() -> Climbed:
        ladder = Ladder(session, look)
        return await ladder.climb(await ladder.read(visited(DECOY)))

    found = asyncio.run(climb())
    assert session.unread == 0
    return found, reads


def test_a_page_that_is_the_same_from_elsewhere_is_read_once() -> None:
    found, reads = climbed({})
    assert len(reads.tasks) == 1
    assert found.judgement.label is Label.CLEAR
    assert [each.capture.vantage for each in (found.judged, *found.further)] == ["declared", "in-app"]
    first, again = found.records
    assert first is not None
    assert again is not None
    assert (first.revisit, again.revisit) == (False, True)


def test_a_page_that_differs_is_read_and_compared_by_what_a_person_sees(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[Seen] = []
    monkeypatch.setattr("crawler.fetch.ladder.conclude", _noting(compared))
    found, reads = climbed({each: OFFER for each in Vantage if each not in {Vantage.DECLARED, Vantage.AGAIN}})
    assert found.judgement.label is Label.CONTRABAND
    assert all(each.text for each in compared)
    # The decoy twice, since its text was asked for only then; the offer once, however many saw it.
    assert [task.tells for task in reads.tasks] == [False, True, True]
    pages = [each.reading.records for each in (found.judged, *found.further)]
    assert sum(not each.revisit for each in pages if each) == 2


@pytest.mark.parametrize(
    ("card", "suspect"),
    [
        ("", False),
        ("Harbour", False),  # too short to tell
        (DECOY_TITLE, False),
        (DECOY_WORDS, False),
        ("Cartons without a stamp, five brands, sent tonight", True),
    ],
)
def test_a_card_that_showed_something_else_makes_a_suspect(card: str, suspect: bool) -> None:
    # Nobody reported it and its host is known: by its page alone nothing would be asked.
    pages = {each: OFFER for each in Vantage if each is not Vantage.DECLARED}
    found, reads = climbed(pages, (False, None, Vantage.DECLARED, None, card))
    assert bool(found.further) == suspect
    assert (found.judgement.label is Label.CONTRABAND) == suspect
    assert len(reads.tasks) <= 3


def _noting(seen: list[Seen]) -> Any:
    from crawler.vantage import conclude  # noqa: PLC0415 - the real one, whatever is patched

    def noting(sights: Sequence[Seen]) -> Any:
        seen.extend(sights)
        return conclude(sights)

    return noting
