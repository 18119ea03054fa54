"""Stored captures judged once more, without fetching: the same bytes, by the same readers as in a crawl.

Reading is left to ``readers``, the archive to ``fetch.archive``; what becomes of a new judgement is left to
whoever asks (``reclassify`` keeps it, ``policy diff`` only compares). Memory holds a few pages at a time.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from blocklist.errors import EvidenceError
from blocklist.model import Capture, Verdict, WebUrl
from blocklist.policy import Policy
from blocklist.store import Workspace
from crawler.fetch.archive import stored_body
from crawler.judge import is_suppressed
from crawler.readers import Exchange, Nursery, Reader, Readers, Reading, Reads, Task
from crawler.readers.warc import warc_date
from crawler.vantage import Seen, conclude

BATCH = 200  # verdicts read from the store at once
Sights = tuple[Capture, ...]
"""Of one page, in the order in which they were made."""
WINDOW = 8  # pages under way; enough to keep the readers of a few cores busy


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One stored page, judged again."""

    verdict: Verdict
    """The one that was made of it."""
    readings: tuple[Reading, ...]
    """By each of the readers that were asked; one with a ``problem`` says nothing."""
    judged: tuple[Capture, ...] = ()
    """The sight that each of these is of: the verdict's first capture, unless another now says more."""
    lost: str = ""
    """Why the page cannot be read any more, and then there are no readings; empty: it can."""


def judged_again(
    workspace: Workspace, policies: Sequence[Policy], *, but_policy: str | None = None
) -> Iterator[Replayed]:
    """Judge every page that verdicts hold of by each of ``policies``, by the ids of their links.

    Pages whose verdict is by the policy of digest ``but_policy`` are left out. Call it while this process has
    one thread. Raises TroubleError when no reader can be made.
    """
    return read_again(workspace, kept(workspace, but_policy=but_policy), policies)


def read_again(
    workspace: Workspace,
    stored: Iterator[tuple[Verdict, Sights]],
    policies: Sequence[Policy],
    *,
    tells: bool = False,
) -> Iterator[Replayed]:
    """Do the same with the captures in ``stored``; ``tells`` as the readers have it."""
    nurseries = [
        Nursery.open(Reader(policy=policy, pseudonymiser=workspace.pseudonymiser, keeps=False, tells=tells))
        for policy in policies
    ]
    readers = tuple(map(Readers, nurseries))
    with asyncio.Runner() as runner:
        found = replay(workspace.path, stored, readers)
        try:
            while (one := runner.run(_next(found))) is not None:
                yield one
        finally:
            runner.run(_end(found, readers))


async def _end(found: AsyncGenerator[Replayed], readers: Sequence[Readers]) -> None:
    await found.aclose()
    for each in readers:
        each.close()
    await asyncio.sleep(0)  # the connections close


async def _next(found: AsyncGenerator[Replayed]) -> Replayed | None:
    return await anext(found, None)


def kept(
    workspace: Workspace, *, after: int = 0, but_policy: str | None = None
) -> Iterator[tuple[Verdict, Sights]]:
    """Stream the verdicts that hold and have a page, with its captures, by the ids of their links.

    Asks the store by batches, so that nothing of it is held while pages are read.
    """
    while batch := workspace.verdicts.kept(after=after, limit=BATCH, but_policy=but_policy):
        for verdict, capture in batch:
            if not is_suppressed(verdict.judgement):
                yield verdict, _sights(workspace, verdict, capture)
        after = batch[-1][0].link


def _sights(workspace: Workspace, verdict: Verdict, judged: Capture) -> Sights:
    """Return the captures of a verdict in the order in which they were made."""
    if len(verdict.captures) == 1:
        return (judged,)
    return tuple(map(workspace.captures.get, sorted(verdict.captures)))


async def replay(
    workspace: Path, stored: Iterator[tuple[Verdict, Sights]], readers: tuple[Reads, ...]
) -> AsyncGenerator[Replayed]:
    """Judge every page by each of ``readers``, in the order of ``stored``.

    Raises TroubleError when no reader can be made; a page that is lost or breaks its reader is said so.
    """
    under_way: deque[asyncio.Task[Replayed]] = deque()
    try:
        for verdict, sights in stored:
            under_way.append(asyncio.create_task(_judged(workspace, verdict, sights, readers)))
            if len(under_way) >= WINDOW:
                yield await under_way.popleft()
        while under_way:
            yield await under_way.popleft()
    finally:
        for task in under_way:
            task.cancel()


async def _judged(workspace: Path, verdict: Verdict, sights: Sights, readers: tuple[Reads, ...]) -> Replayed:
    try:
        tasks = [
            (each, task_of(each, stored_body(workspace, each))) for each in sights if each.failure is None
        ]
    except EvidenceError as problem:
        return Replayed(verdict=verdict, readings=(), lost=str(problem))
    found = [await _concluded(tasks, each) for each in readers]
    return Replayed(
        verdict=verdict, readings=tuple(one for _, one in found), judged=tuple(each for each, _ in found)
    )


async def _concluded(tasks: Sequence[tuple[Capture, Task]], reader: Reads) -> tuple[Capture, Reading]:
    """Read a page, and where there are several sights of it conclude from all as the crawl did."""
    if len(tasks) == 1:
        ((capture, task),) = tasks
        return capture, await reader.read(task)
    pages = {_page_of(capture): task for capture, task in tasks}  # most sights are of one page
    readings = {page: await reader.read(replace(task, tells=True)) for page, task in pages.items()}
    read = [(capture, readings[_page_of(capture)]) for capture, _ in tasks]
    for capture, reading in read:
        if reading.suppressed or (reading.judgement is None and capture is tasks[0][0]):
            return capture, reading
    seen = [
        Seen(capture=capture, judgement=one.judgement, title=one.title, text=one.text, signs=one.signs)
        for capture, one in read
        if one.judgement is not None
    ]
    concluded = conclude(seen)
    judged = concluded.judged.capture
    reading = next(one for capture, one in read if capture is judged)
    return judged, replace(reading, judgement=concluded.judgement)


def _page_of(capture: Capture) -> tuple[str, str, WebUrl | None]:
    """Return all that a reading depends on."""
    return capture.body_sha256, capture.content_type, capture.final_url


def task_of(capture: Capture, body: bytes) -> Task:
    """Make of an archived capture what the crawl gave its readers."""
    assert capture.final_url is not None, "a page was brought back"
    exchange = Exchange(
        url=capture.final_url,
        status=capture.status or 0,
        request_headers=(),
        response_headers=(),
        body=body,
    )
    return Task(
        exchange=exchange,
        content_type=capture.content_type,
        landing=capture.final_url,
        fetched_at=warc_date(capture.fetched_at),
    )
