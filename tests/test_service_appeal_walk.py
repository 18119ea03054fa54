"""An appeal from end to end, as the owner of a wrongly listed shop meets it, with a crawl over loopback."""

import http.server
import re
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from click.testing import CliRunner

from blocklist.commands.appeal import appeal as appeal_command
from blocklist.commands.publishing import publish_stage
from blocklist.model import Label, Post, RemovalReason
from blocklist.service.doors import Side
from blocklist.service.house import open_house
from blocklist.store import open_workspace
from crawler.commands.crawling import run_worker
from crawler.commands.ownership import prove_stage
from tests.list_makers import NOW
from tests.list_workspace import visited
from tests.service_desk import Desk, open_desk, quick_hashes

pytestmark = pytest.mark.edge

SHOP = "http://teapots.example/"
PAGE = (
    b"<html lang=en><title>Teapots</title><main><p>We sell teapots and cups. Visit us in the market.</main>"
)


@contextmanager
def the_shop(files):
    """The owner's site on loopback; ``files`` maps paths to what they hold."""

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            found = files.get(self.path)
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", "text/html" if self.path == "/" else "text/plain")
            self.end_headers()
            self.wfile.write(found or b"no")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


@pytest.fixture
def shop():
    """What the site holds, and the port that it is on."""
    files = {"/": PAGE}
    with the_shop(files) as port:
        yield files, port


def test_an_appeal_from_the_form_to_the_tombstone(tmp_path, shop):  # noqa: PLR0915 - one walk, in its order
    files, port = shop
    folder, out = tmp_path / "ws", tmp_path / "ws" / "public"
    folder.mkdir()
    (folder / "linkgazette.toml").write_text(
        f'[crawl]\nresolve = "127.0.0.1:{port}"\ndelay = 0\ntimeout = 5\nvantages = []\n'
    )
    visited(folder, {SHOP: Label.CONTRABAND})  # the machine was wrong
    publish_stage(folder, out=out, now=NOW)
    with open_workspace(folder, create=False) as workspace, quick_hashes():
        workspace.database.write("UPDATE links SET due_at = '2099-01-01T00:00:00.000000Z'")
        workspace.database.write("UPDATE hosts SET due_at = '2099-01-01T00:00:00.000000Z'")
        desk = Desk(workspace, open_house(workspace, out), now=NOW + timedelta(days=1))
        (entry,) = workspace.entries.current()

        # The owner finds the entry's page, and from it the form with the entry's id filled in.
        page = desk.public.get(f"/entries/{entry.id}/").text
        assert entry.id in page
        form = desk.public.get("/appeals/new", params={"entry": entry.id}).text
        assert f'value="{entry.id}"' in form

        # They send it, with a contact, and want to show that the site is theirs.
        sent = desk.public.post(
            "/appeals/new",
            data={
                "entry": entry.id.lower(),
                "statement": "We sell teapots. Write to owner@teapots.example.",
                "contact": "owner@teapots.example",
                "proof": "file",
            },
        )
        ticket = sent.headers["location"]
        assert re.fullmatch(r"/appeals/[0-9a-f]{40}", ticket)
        said = desk.public.get(ticket)
        assert said.headers["cache-control"] == "no-store"
        assert "A person answers by 2026-03-09" in said.text
        assert "Not looked for yet." in said.text
        assert "owner@teapots" not in said.text  # a ticket may be read over a shoulder
        word = re.search("linkgazette=([0-9a-f]{32})", said.text)[1]

        # The crawler looks by itself: first the file is not there, and the ticket says so; then it is.
        desk.later(hours=1)
        assert prove_stage(workspace, now=desk.now) == 0
        assert "the server has no such page" in desk.public.get(ticket).text
        files["/.well-known/linkgazette.txt"] = f"linkgazette={word}\n".encode()
        desk.later(hours=1)
        assert prove_stage(workspace, now=desk.now) == 1
        assert "Our crawler found the word on" in desk.public.get(ticket).text

        # The appeal made the page due, and the next crawl visits it again.
        before = workspace.verdicts.current(1)
        assert run_worker(folder, settings=folder) is not None
        after = workspace.verdicts.current(1)
        assert (before.judgement.label, after.judgement.label) == (Label.CONTRABAND, Label.CLEAR)
        desk.now = after.decided_at + timedelta(hours=1)
        desk.workspace.database.write(
            "UPDATE appeals SET made_at = ?, due_at = ?",
            (_text(desk.now - timedelta(days=8)), _text(desk.now - timedelta(days=1))),
        )

        # The clock runs: the queue and the ticket say that we are late.
        senior = desk.as_person("sam", Post.SENIOR)
        assert "overdue" in senior.get("/appeals").text
        assert "we are late" in desk.public.get(ticket).text
        case = senior.get("/appeals/1").text
        assert "owner@teapots.example" in case
        assert "shown, 2026-03-02" in case
        assert "visited again" in case
        assert "clear" in case

        # It is upheld with a reason; the release takes the entry off and says that the error was ours.
        senior.post("/appeals/1", outcome="upheld", reason="You sell teapots. We are sorry.")
        told = desk.public.get(ticket).text
        assert "Upheld" in told
        assert "You sell teapots. We are sorry." in told
        desk.later(hours=1)
        publish_stage(folder, out=out, now=desk.now, override="sam: an appeal")
        assert workspace.entries.current() == ()
        (stone,) = workspace.entries.tombstones()
        assert (stone.id, stone.reason) == (entry.id, RemovalReason.APPEAL)
        assert "The entry has left the list" in desk.public.get(ticket).text
        gone = desk.public.get(f"/entries/{entry.id}/").text
        assert "An appeal against it was upheld." in gone
        assert "teapots" not in gone

        # In public: one appeal, upheld, late. The contact goes after its time, by the timer's command.
        figures = " ".join(re.sub("<[^>]*>", " ", desk.public.get("/statistics/").text).split())
        assert "appeal received 1 upheld: we were wrong 1 rejected 0 waiting for an answer 0" in figures
        assert "Answered in time: 0 of 1." in figures
        assert b"owner@teapots" not in workspace.appeals.get(1).contact
        assert workspace.appeals.get(1).contact is not None
        workspace.database.write(
            "UPDATE appeals SET settled_at = ?", (_text(desk.now - timedelta(days=365)),)
        )
    done = CliRunner().invoke(appeal_command, ["check"], obj=folder, catch_exceptions=False)
    assert "1 contacts erased" in done.output
    with open_workspace(folder, create=False) as workspace:
        assert workspace.appeals.get(1).contact is None
        assert "owner@teapots" not in workspace.appeals.get(1).statement


def test_a_rejected_appeal_is_told_on_the_entry_s_page_without_its_words(tmp_path):
    folder, out = tmp_path / "ws", tmp_path / "ws" / "public"
    visited(folder, {SHOP: Label.CONTRABAND})
    publish_stage(folder, out=out, now=NOW)
    with open_workspace(folder, create=False) as workspace, quick_hashes():
        desk = Desk(workspace, open_house(workspace, out), now=NOW + timedelta(days=1))
        (entry,) = workspace.entries.current()
        desk.public.post("/appeals/new", data={"entry": entry.id, "statement": "planted-statement"})
        desk.as_person("sam", Post.SENIOR).post("/appeals/1", outcome="rejected", reason="planted-reason")
        desk.later(hours=1)
        publish_stage(folder, out=out, now=desk.now)
        page = desk.public.get(f"/entries/{entry.id}/").text
        assert "answered by a person on" in page
        assert "2 March 2026" in page
        assert "planted" not in page
        assert "得到确认" in desk.public.get(f"/zh/entries/{entry.id}/").text


def test_every_link_that_leads_to_the_page_is_cleared_by_an_upheld_appeal(tmp_path):
    """An alias must not bring the page back: the word is about the page, whichever link led there."""
    folder, out = tmp_path / "ws", tmp_path / "ws" / "public"
    visited(folder, {SHOP: Label.CONTRABAND, f"{SHOP}#cart": Label.CONTRABAND})
    publish_stage(folder, out=out, now=NOW)
    with open_workspace(folder, create=False) as workspace, quick_hashes():
        desk = Desk(workspace, open_house(workspace, out), now=NOW + timedelta(days=1))
        (entry,) = workspace.entries.current()
        desk.public.post("/appeals/new", data={"entry": entry.id, "statement": "wrong"})
        desk.as_person("sam", Post.SENIOR).post("/appeals/1", outcome="upheld", reason="sorry")
        desk.later(hours=1)
        publish_stage(folder, out=out, now=desk.now, override="sam: an appeal")
        assert workspace.entries.current() == ()
        assert desk.client(Side.PUBLIC).get("/api/lookup", params={"url": SHOP}).json()["listed"] is False


def _text(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


def test_two_seniors_do_not_answer_the_same_appeal(tmp_path):
    with open_desk(tmp_path / "ws") as desk:
        (entry, *_) = desk.workspace.entries.current()
        for _ in range(2):
            desk.public.post("/appeals/new", data={"entry": entry.id, "statement": "a museum shop"})
        mei, sam = (desk.as_person(name, Post.SENIOR) for name in ("mei", "sam"))
        assert mei.post("/appeals/next").headers["location"] == "/appeals/1"
        about_the_same = sam.post("/appeals/next").headers["location"]
        assert "done=empty" in about_the_same  # is answered with it
        assert sam.post("/appeals/2/claim", do="take").status_code == 303
        assert "in the hands of mei" in sam.get("/appeals").text
        assert 'name="outcome"' not in sam.get("/appeals/1").text
        refused = sam.post("/appeals/1", outcome="rejected", reason="an offer")
        assert refused.status_code == 409
        assert "appeal 1 is in the hands of mei" in refused.text
        assert sam.post("/appeals/1/claim", do="take").status_code == 409
        sam.post("/appeals/2/claim", do="put-back")
        assert sam.post("/appeals/1/claim", do="take-over").status_code == 303
        assert sam.post("/appeals/1", outcome="rejected", reason="an offer").status_code == 303
        assert ("sam", "take-over", "appeal 1", "from mei") in {
            (line.by, line.action, line.subject, line.detail) for line in desk.workspace.audit.lines()
        }
        assert mei.post("/appeals/next").headers["location"] == "/appeals/2"
        assert sam.post("/appeals/2", outcome="rejected", reason="an offer").status_code == 409
        desk.later(minutes=20)  # it runs out by itself
        assert sam.post("/appeals/2", outcome="rejected", reason="an offer").status_code == 303
        assert mei.post("/appeals/9/claim", do="take").status_code == 404
