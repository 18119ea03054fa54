"""Evidence is erased when it was kept long enough, and not while anything rests on it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from blocklist.errors import EvidenceError
from blocklist.model import Capture, Judgement, Label, Post, Share, Surface
from blocklist.store import Visit, Workspace, open_workspace
from blocklist.store.api_keys import ApiKey
from blocklist.store.appeals import Appeal, Outcome
from blocklist.urls import parse_url
from crawler.commands.prune import prune
from crawler.fetch.archive import Archive, stored_body
from crawler.readers import Exchange
from crawler.readers.warc import pack, warc_date

pytestmark = pytest.mark.edge

NOW = datetime.now(UTC)
BODY = b"<title>Birds</title><p>A friendly page.</p>" * 20


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path, create=True) as opened:
        yield opened


def visited(
    workspace: Workspace,
    url: str,
    label: Label,
    days_ago: float,
    *,
    run: str = "run",
    twins: tuple[str, ...] = (),
) -> None:
    """Share, visit and judge ``url`` so long ago; ``twins`` cite the same record."""
    then, urls = NOW - timedelta(days=days_ago), (url, *twins)
    workspace.shares.add([Share(url=parse_url(each), surface=Surface.GROUP) for each in urls], now=then)
    landing = parse_url(url)
    exchange = Exchange(url=landing, status=200, request_headers=(), response_headers=(), body=BODY)
    archive = Archive(workspace.path / "captures", f"{run}-{url[7]}-{days_ago:g}")
    (place,) = archive.keep([pack(exchange, warc_date(then))])
    archive.close()
    told: dict[str, Any] = {"category": None, "grade": 0, "publishable": False, "evidence": ()}
    judgement = Judgement(label=label, confidence=0.5, reason="", policy="p", **told)
    workspace.database.write("UPDATE links SET due_at = '2000'")
    workspace.database.write("UPDATE hosts SET due_at = '2000'")
    for each in urls:
        link = workspace.links.find(parse_url(each))
        assert link is not None
        workspace.database.write("UPDATE links SET leased_by = 'me' WHERE id = ?", (link.id,))
        capture = Capture(
            link=link.id,
            fetched_at=then,
            final_url=landing,
            status=200,
            body_sha256=sha256(BODY).hexdigest(),
            body_bytes=len(BODY),
            archived=place,
        )
        visit = Visit(capture=capture, judgement=judgement, due_at=NOW, payload="x")
        assert workspace.links.complete_all("me", [visit], now=then) != [None]


def pruned(workspace: Workspace, *options: str) -> dict[str, Any]:
    done = CliRunner().invoke(prune, ["--json", *options], obj=workspace.path)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def readable(workspace: Workspace) -> list[str]:
    """The URLs whose newest evidence reads back."""
    found = []
    for link in range(1, workspace.links.count() + 1):
        try:
            *_, capture = workspace.captures.of(link)
            stored_body(workspace.path, capture)
            found.append(workspace.links.get(link).url)
        except EvidenceError:
            pass
    return found


def test_each_label_has_its_time(workspace: Workspace) -> None:
    visited(workspace, "http://a.example/", Label.CLEAR, 91)
    visited(workspace, "http://b.example/", Label.UNSURE, 91)
    visited(workspace, "http://c.example/", Label.CONTRABAND, 400)
    visited(workspace, "http://d.example/", Label.CLEAR, 89)
    visited(workspace, "http://e.example/", Label.CONTRABAND, 2000)
    assert pruned(workspace, "--dry-run")["records"] == 2
    assert len(readable(workspace)) == 5
    assert pruned(workspace)["records"] == 2
    assert readable(workspace) == [f"http://{name}.example/" for name in "bcd"]
    assert pruned(workspace)["records"] == 0
    assert [verdict.link for verdict, _ in workspace.verdicts.kept(limit=9)] == [2, 3, 4]
    assert len(list((workspace.path / "captures").iterdir())) == 3


def test_a_page_that_visits_find_unchanged_is_as_young_as_the_last_one(workspace: Workspace) -> None:
    visited(workspace, "http://a.example/", Label.CLEAR, 200)
    workspace.database.write("UPDATE links SET confirmed_at = ?", (f"{NOW:%Y-%m-%dT%H:%M:%S}.000000Z",))
    assert pruned(workspace)["records"] == 0


def test_an_older_page_goes_when_a_newer_one_was_judged(workspace: Workspace) -> None:
    visited(workspace, "http://a.example/", Label.CLEAR, 200)
    visited(workspace, "http://a.example/", Label.CLEAR, 3)
    assert pruned(workspace)["records"] == 1
    assert readable(workspace) == ["http://a.example/"]


def test_a_record_goes_only_when_nobody_cites_it_any_more(workspace: Workspace) -> None:
    visited(workspace, "http://a.example/", Label.CLEAR, 200, twins=("http://a.example/#x",))
    workspace.database.write(
        "UPDATE links SET confirmed_at = ? WHERE id = 2", (f"{NOW:%Y-%m-%dT%H:%M:%S}.000000Z",)
    )
    assert pruned(workspace)["records"] == 0
    workspace.database.write("UPDATE links SET confirmed_at = NULL")
    done = pruned(workspace)
    assert (done["records"], done["captures"]) == (1, 2)
    assert done["bytes_freed"] > 100


def test_what_an_entry_rests_on_stays(workspace: Workspace) -> None:
    visited(workspace, "http://a.example/", Label.CONTRABAND, 2000)
    columns = [row["name"] for row in workspace.db.query("SELECT name FROM pragma_table_info('entries')")]
    values = [1 if name in {"verdict", "grade", "sensitive"} else "x" for name in columns]
    places = ", ".join("?" * len(columns))
    workspace.database.write(f"INSERT INTO entries ({', '.join(columns)}) VALUES ({places})", values)
    assert pruned(workspace)["records"] == 0


def test_a_file_with_erased_records_is_still_a_warc(workspace: Workspace) -> None:
    archive = Archive(workspace.path / "captures", "both")
    exchange = Exchange(
        url="http://a.example/", status=200, request_headers=(), response_headers=(), body=BODY
    )
    places = archive.keep([pack(exchange, warc_date(NOW)) for _ in range(2)])
    archive.close()
    from crawler.fetch.archive import erase  # noqa: PLC0415 - only here

    erase(workspace.path, Capture(id=1, link=1, fetched_at=NOW, archived=places[0]))
    with (workspace.path / "captures" / "both.warc.gz").open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds == ["warcinfo", "metadata", "request", "response", "request"]


def test_people_and_contacts_whose_time_is_over_leave_the_file(workspace: Workspace) -> None:
    then = NOW - timedelta(days=366)
    people = workspace.pseudonymiser
    old, young = people.account("member-4711"), people.account("member-0002")
    for who, moment in ((old, then), (young, NOW)):
        share = Share(url=parse_url("http://a.example/"), surface=Surface.GROUP, account=who)
        workspace.shares.add([share], now=moment)
    sealed = workspace.sealer.seal("mia@mail.example", b"t")
    claim = Appeal(
        ticket=b"t", entry="LG-1", link=None, statement="No.", contact=sealed, made_at=then, due_at=then
    )
    number = workspace.appeals.add(claim)
    workspace.appeals.settle(
        number, outcome=Outcome.REJECTED, reason="It is.", by="ann", decision=None, now=then
    )
    counts = {"shares": 1, "contacts": 1}
    assert counts.items() <= pruned(workspace, "--dry-run").items()
    assert counts.items() <= pruned(workspace).items()
    assert {"shares": 0, "contacts": 0}.items() <= pruned(workspace).items()
    written = b"".join(path.read_bytes() for path in workspace.path.glob("linkgazette.db*"))
    assert old.partition(":")[2].encode() not in written
    assert sealed not in written
    assert young.partition(":")[2].encode() in written
    (line,) = workspace.audit.lines()
    assert line.detail == "people in 1 shares, 1 contacts, 1 statements"


def test_whatever_else_is_kept_of_people_wears_out(workspace: Workspace) -> None:
    """Of each row of the README's data map that names a time: what is older goes, what is younger stays."""
    old, young = NOW - timedelta(days=400), NOW - timedelta(days=1)
    for then, page in ((old, "old"), (young, "young")):
        share = Share(url=parse_url(f"http://{page}.example/"), surface=Surface.GROUP, preview=f"{page} card")
        workspace.shares.add([share], now=then)
        number = workspace.appeals.add(
            Appeal(
                ticket=page.encode(),
                entry="LG-2",
                link=None,
                statement=f"an {page} statement",
                contact=None,
                made_at=then,
                due_at=then,
            )
        )
        if page == "old":
            workspace.appeals.settle(
                number, outcome=Outcome.REJECTED, reason="an offer", by="mo", decision=None, now=then
            )
        workspace.staff.add(page, Post.MODERATOR, f"{page}-hash", now=then)
        workspace.staff.set_recovery_codes(workspace.staff.find(page).id, [page.encode()])  # type: ignore[union-attr] # it was added
        workspace.api_keys.add(
            ApiKey(id=page, digest=b"x", name=page, post=Post.REPORTER, daily=9, made_at=then, ended_at=None)
        )
        workspace.api_keys.spend(page, 3, now=then)
        workspace.api_keys.answer(page, "one", b"digest", f"{page} answer".encode(), now=then)
        person = workspace.staff.find(page)
        assert person is not None
        workspace.staff.open_session(
            page.encode(),
            person.id,
            form_token=f"{page} token",
            now=then,
            expires_at=then + timedelta(days=2),
        )
    workspace.staff.end("old", now=old)
    assert pruned(workspace, "--dry-run")["statements"] == 1
    assert pruned(workspace)["statements"] == 1
    held = workspace.database.path.read_bytes()
    for what in ("card", "statement", "answer", "token", "hash"):
        gone, stays = (f"{page}-{what}" if what == "hash" else f"{page} {what}" for page in ("old", "young"))
        assert (gone.encode() in held, stays.encode() in held) == (False, True), what
    assert workspace.api_keys.spent("old", now=old) == 0
    assert workspace.api_keys.spent("young", now=young) == 3
    assert [workspace.staff.recovery_codes(number) for number in (1, 2)] == [0, 1]
    settled = workspace.appeals.get(1)
    assert settled is not None
    assert (settled.reason, settled.statement) == ("an offer", "")
