"""The processes that read pages: what they bring back, and what becomes of a page that breaks one."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.errors import TroubleError
from blocklist.model import Evidence, EvidenceKind, Judgement, Label
from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from blocklist.urls import parse_url
from crawler.readers import Exchange, Nursery, Reader, Readers, Reading, Task, nursery, reading
from crawler.readers.warc import Records
from crawler.readers.wire import header_of, reading_of_parts, reading_to_parts, task_of_parts, task_to_parts

pytestmark = pytest.mark.edge

READER = Reader(policy=load_policy(None), pseudonymiser=Pseudonymiser(bytes(32)))
BODY = b"<title>Birds</title><p>A friendly page about gardens and all the birds that live in them.</p>"


def task(body: bytes = BODY) -> Task:
    url = parse_url("http://shop.example/")
    return Task(
        exchange=Exchange(
            url=url, status=200, request_headers=(), response_headers=(("X", "\xff"),), body=body
        ),
        content_type="text/html",
        landing=url,
        fetched_at="2026-03-01T12:00:00Z",
    )


def at(word: bytes, deed: Callable[[], None]) -> Callable[..., Any]:
    """``read_page`` that does ``deed`` at pages which hold ``word``."""
    honest = reading.read_page

    def read(body: bytes, **rest: Any) -> Any:
        if word in body:
            deed()
        return honest(body, **rest)

    return read


def spin() -> None:
    while True:
        pass


def gobble() -> None:
    kept = []
    while True:
        kept.append(bytearray(16 * 1024 * 1024))


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nursery, "PAGE_CPU_S", 0)


def read_all(bodies: list[bytes], *, count: int = 1) -> list[Reading]:
    async def every() -> list[Reading]:
        with closing(Readers(Nursery.open(READER), count=count)) as readers:
            found = await asyncio.gather(*(readers.read(task(body)) for body in bodies))
        await asyncio.sleep(0)  # the transports close
        return found

    return asyncio.run(every())


def test_a_page_is_read_as_it_is_in_this_process() -> None:
    (there,) = read_all([BODY])
    here = READER.read_now(task())
    assert there.judgement == here.judgement
    assert (there.title, there.problem) == ("Birds", "")
    assert there.records is not None


@pytest.mark.parametrize(
    "deed",
    [spin, gobble, lambda: os.kill(os.getpid(), signal.SIGSEGV), lambda: os._exit(0)],
    ids=["spins", "gobbles memory", "crashes", "leaves"],
)
@pytest.mark.usefixtures("limits")
def test_a_page_that_breaks_its_reader_is_a_problem_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch, deed: Callable[[], None]
) -> None:
    monkeypatch.setattr(reading, "read_page", at(b"bomb", deed))
    started = time.monotonic()
    before, broken, after = read_all([BODY, b"bomb", BODY])
    assert time.monotonic() - started < 20
    assert broken.problem.startswith("the page broke the reader")
    assert broken.judgement is None
    assert broken.records is not None
    assert before.judgement == after.judgement is not None


def test_many_pages_are_read_at_once_and_none_is_mixed_up() -> None:
    bodies = [
        f"<title>{number}</title><p>A page with a number in its title.".encode() for number in range(60)
    ]
    assert [each.title for each in read_all(bodies, count=3)] == [str(number) for number in range(60)]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks at descriptors")
def test_a_reader_holds_nothing_of_the_workers_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "worker.lock"
    told = tmp_path / "told"

    def tell() -> None:
        told.write_text("\n".join(str(each.readlink()) for each in Path("/proc/self/fd").iterdir()
                                  if each.exists()))  # fmt: skip

    monkeypatch.setattr(reading, "read_page", at(b"tell", tell))
    with secret.open("w"):
        read_all([b"tell"])
    assert str(secret) not in told.read_text()


def test_that_no_reader_can_be_made_is_no_pages_fault() -> None:
    born = Nursery.open(READER)
    os.kill(born._process, signal.SIGKILL)
    os.waitpid(born._process, 0)

    async def read() -> Reading:
        with closing(Readers(born)) as readers:
            return await readers.read(task())

    with pytest.raises(TroubleError, match="crawl again"):
        asyncio.run(read())


def children() -> set[str]:
    """Processes whose parent is this one; other tests may have left some that live as long as it does."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == os.getpid():
                found.add(stat.parent.name)
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes")
def test_when_the_pool_closes_no_process_is_left() -> None:
    before = children()
    read_all([BODY, BODY], count=2)
    assert children() <= before


# --- the wire -----------------------------------------------------------------------------------------


@pytest.fixture
def judgement() -> Judgement:
    evidence = Evidence(rule="x/goods/y", kind=EvidenceKind.GOODS, category="x", excerpt="象", weight=1.5)
    return Judgement(
        label=Label.CONTRABAND,
        category="x",
        grade=3,
        confidence=0.5,
        publishable=True,
        reason="because",
        evidence=(evidence,),
        policy="digest",
    )


def test_what_is_sent_arrives(judgement: Judgement) -> None:
    assert task_of_parts(task_to_parts(task())) == task()
    for sent in (
        Reading(judgement=judgement, title="T", records=Records(response=b"a", request=b"b")),
        Reading(judgement=judgement),
        Reading(problem="broken", records=Records(response=b"", request=b"")),
    ):
        assert reading_of_parts(reading_to_parts(sent)) == sent


def test_a_title_that_json_cannot_hold_does_not_stop_the_crawl(judgement: Judgement) -> None:
    odd = Reading(judgement=replace(judgement, reason="\ud800"), title="a\udfffb")
    arrived = reading_of_parts(reading_to_parts(odd))
    assert arrived.title == "a?b"
    assert arrived.judgement is not None
    assert arrived.judgement.evidence == judgement.evidence


@given(st.lists(st.binary(max_size=50), max_size=5))
def test_a_header_says_how_long_each_part_is(parts: list[bytes]) -> None:
    assert len(header_of(parts)) == 1 + 4 * len(parts)
