"""Visits are stored in batches: one flush of the archive before one transaction, all or nothing."""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from blocklist.errors import TroubleError
from blocklist.model import Capture, Judgement, Label, Link, Share, Surface
from blocklist.store import Visit, Workspace, open_workspace
from blocklist.urls import parse_url
from crawler.fetch import ledger
from crawler.fetch.archive import Archive
from crawler.fetch.ledger import Ledger
from crawler.fetch.session import Session
from crawler.readers import Reader
from crawler.readers.warc import Records

pytestmark = pytest.mark.edge

LINKS = 30
JUDGEMENT = Judgement(
    label=Label.CLEAR,
    category=None,
    grade=0,
    confidence=0.0,
    publishable=False,
    reason="",
    evidence=(),
    policy="",
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path, create=True) as opened:
        shares = [
            Share(url=parse_url(f"http://h{each}.example/"), surface=Surface.GROUP) for each in range(LINKS)
        ]
        opened.shares.add(shares, now=datetime.now(UTC))
        yield opened


def stored(workspace: Workspace, links: list[Link]) -> list[int | BaseException | None]:
    """Keep a visit of each link, all at once; what each was told."""
    session = Session(
        links=workspace.links,
        config=workspace.config.crawl,
        worker="me",
        archive=Archive(workspace.path / "captures", "run"),
        policy=workspace.policy,
        readers=Reader(policy=workspace.policy, pseudonymiser=workspace.pseudonymiser),
    )

    async def keep() -> list[list[int | None] | BaseException]:
        book = Ledger(session)
        return await asyncio.gather(
            *(
                book.keep(
                    [
                        Visit(
                            capture=Capture(link=link.id, fetched_at=session.now()),
                            judgement=JUDGEMENT,
                            due_at=None,
                        )
                    ],
                    [Records(response=b"%d" % link.id, request=b"r") if link.id % 2 else None],
                )
                for link in links
            ),
            return_exceptions=True,
        )

    found = asyncio.run(keep())
    session.archive.close()
    return [each[0] if isinstance(each, list) else each for each in found]


def rows(workspace: Workspace) -> list[dict[str, Any]]:
    return list(workspace.db.query("SELECT * FROM captures"))


def test_many_visits_share_one_flush_and_each_cites_its_own_evidence(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workspace.pseudonymiser  # its key is flushed too, when it is made
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda _: flushed.append(len(rows(workspace))))
    ids = stored(workspace, workspace.links.lease("me", now=datetime.now(UTC), limit=LINKS))
    assert flushed == [0]  # once, and before any verdict
    assert len(set(ids)) == LINKS
    data = (workspace.path / "captures" / "run.warc.gz").read_bytes()
    for row in rows(workspace):
        assert bool(row["archive_file"]) is bool(row["link"] % 2)
        if row["archive_file"]:
            assert data[row["archive_offset"] :][: row["archive_length"]] == b"%d" % row["link"]


def test_more_than_a_batch_is_stored_too(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MOST", 7)
    ids = stored(workspace, workspace.links.lease("me", now=datetime.now(UTC), limit=LINKS))
    assert len(set(ids)) == LINKS == len(rows(workspace))


def test_a_lost_lease_among_others_stores_the_others(workspace: Workspace) -> None:
    links = workspace.links.lease("me", now=datetime.now(UTC), limit=LINKS)
    with workspace.database.transaction():
        workspace.database.write("UPDATE links SET leased_by = 'you' WHERE id = ?", (links[0].id,))
    assert [found is None for found in stored(workspace, links)] == [True] + [False] * (LINKS - 1)


def test_trouble_with_the_disk_reaches_all_who_wait_and_stores_nothing(workspace: Workspace) -> None:
    (workspace.path / "captures").write_text("a file where the folder should be")
    found = stored(workspace, workspace.links.lease("me", now=datetime.now(UTC), limit=LINKS))
    assert all(isinstance(each, TroubleError) for each in found)
    assert rows(workspace) == []
    assert workspace.links.give_back("me") == LINKS
