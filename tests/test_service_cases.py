"""What moderators and claimants see of a case, and what follows from their word."""

import http.server
import threading
from dataclasses import replace

import pytest
from click.testing import CliRunner

from blocklist.commands.appeal import appeal
from blocklist.commands.publishing import publish_stage
from blocklist.commands.review import review
from blocklist.errors import EvidenceError, LinkgazetteError
from blocklist.likeness import Trait, Traits
from blocklist.model import Action, BlockKind, Passage, Piece, Post, RemovalReason
from blocklist.release.record import record_of
from blocklist.store import open_workspace
from blocklist.store.appeals import Outcome
from crawler.commands.ownership import FILE, Answers, _files, prove_stage
from tests.service_desk import open_desk

pytestmark = pytest.mark.edge

PAGE = (
    Passage(
        kind=BlockKind.TEXT,
        hidden=False,
        boilerplate=False,
        pieces=(
            Piece("<b>order "),
            Piece("untaxed cartons", "tobacco/goods/untaxed"),
            Piece(" now, see shop.example "),
            Piece("no licence", "tobacco/excuse/x"),
        ),
    ),
    Passage(kind=BlockKind.TEXT, hidden=True, boilerplate=False, pieces=(Piece("keywords"),)),
)


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "ws") as opened:
        yield opened


def waiting(desk):
    return desk.workspace.review_queue.waiting()[0].link


def entry(desk):
    return desk.workspace.entries.current()[0]


def test_evidence_is_marked_in_the_page_s_own_words_and_nothing_acts(desk):
    desk.house.passages = lambda _verdict, _capture: PAGE
    page = desk.as_person("mo", Post.MODERATOR).get(f"/cases/{waiting(desk)}").text
    assert (
        '&lt;b&gt;order <mark title="tobacco/goods/untaxed">untaxed cartons</mark> now, see shop[.]example '
        in page
    )
    assert '<mark title="tobacco/excuse/x" class="against">no licence</mark>' in page
    assert '<p class="aside"><span class="note">[hidden] </span>keywords</p>' in page


def test_a_page_that_cannot_be_read_says_so_and_the_case_is_shown(desk):
    def lost(_verdict, _capture):
        raise EvidenceError("no page is kept of this visit")

    desk.house.passages = lost
    answer = desk.as_person("mo", Post.MODERATOR).get(f"/cases/{waiting(desk)}")
    assert answer.status_code == 200
    assert "no page is kept of this visit" in answer.text


def test_a_page_that_breaks_its_reader_is_not_read_once_for_each_vantage(desk):
    asked = []

    def breaks(_verdict, capture):
        asked.append(capture)
        raise EvidenceError("the page broke its reader; see the evidence instead")

    desk.house.passages = breaks
    held = desk.workspace.verdicts.current(waiting(desk))
    desk.workspace.verdicts.add(replace(held, id=None, captures=held.captures * 3))
    assert "broke its reader" in desk.as_person("mo", Post.MODERATOR).get(f"/cases/{waiting(desk)}").text
    assert len(asked) == 1


def test_a_report_by_form_keeps_only_the_addresses(desk, tmp_path):
    text = "Hardman sent me https://new.example/shop on +44 20 7946 0018"
    answer = desk.public.post("/report", data={"text": text})
    assert "1 link was taken" in answer.text
    assert desk.workspace.links.count() == 4
    held = b"".join(path.read_bytes() for path in (tmp_path / "ws").glob("linkgazette.db*"))
    assert b"Hardman" not in held
    assert b"7946" not in held


@pytest.mark.parametrize("text", ["", "no address here", "x" * 4001])
def test_a_report_without_an_address_comes_back(desk, text):
    answer = desk.public.post("/report", data={"text": text})
    assert answer.status_code == 422
    assert desk.workspace.links.count() == 3


def test_an_upheld_appeal_clears_the_page_and_the_ticket_says_why(desk, tmp_path):
    listed = entry(desk)
    sent = desk.public.post("/appeals/new", data={"entry": listed.id, "statement": "It is a museum."})
    senior = desk.as_person("sam", Post.SENIOR)
    assert listed.id in senior.get("/appeals").text
    assert "It is a museum." in senior.get("/appeals/1").text
    assert senior.post("/appeals/1", outcome="upheld", reason="It is one; we are sorry.").status_code == 303
    ticket = desk.public.get(sent.headers["location"]).text
    assert "Upheld" in ticket
    assert "It is one; we are sorry." in ticket
    assert "leaves with the next release" in ticket
    publish_stage(tmp_path / "ws", out=tmp_path / "ws" / "public", now=desk.now, override="sam: appeal")
    (stone,) = desk.workspace.entries.tombstones()
    assert (stone.id, stone.reason) == (listed.id, RemovalReason.APPEAL)
    assert "has left the list" in desk.public.get(sent.headers["location"]).text
    assert senior.post("/appeals/1", outcome="rejected", reason="x").status_code == 409


def test_a_rejected_appeal_leaves_the_entry(desk):
    desk.public.post("/appeals/new", data={"entry": entry(desk).id, "statement": "wrong"})
    desk.as_person("sam", Post.SENIOR).post("/appeals/1", outcome="rejected", reason="It still sells them.")
    assert desk.workspace.decisions.current(1) is None
    (fact,) = record_of(desk.workspace, _nothing(desk), desk.now).appeals
    assert (fact.upheld, fact.settled_at) == (False, desk.now)


def _nothing(desk):
    from blocklist.model import Listing  # noqa: PLC0415 - one use

    return Listing(entries=(), aliases=(), tombstones=(), review=())


def test_appeals_against_one_entry_are_one_line_and_an_uphold_answers_them_all(desk):
    said = ["It is a museum.", "They sell postcards.", "I am the owner."]
    for each in said:
        desk.public.post("/appeals/new", data={"entry": entry(desk).id, "statement": each})
    sam = desk.as_person("sam", Post.SENIOR)
    assert sam.get("/appeals").text.count(entry(desk).id) == 1
    page = sam.get("/appeals/1").text
    assert "2 more appeals against this entry" in page
    assert all(each in page for each in said)
    ann = desk.as_person("ann", Post.SENIOR)
    sam.post("/appeals/1/claim", do="take")
    assert ann.post("/appeals/next").headers["location"] == "/appeals?done=empty-0"  # sam has that entry
    assert sam.post("/appeals/1", outcome="upheld", reason="It is one.").status_code == 303
    outcomes = [(each.outcome, each.reason, each.decision) for each in desk.workspace.appeals.all()]
    assert outcomes == [(Outcome.UPHELD, "It is one.", outcomes[0][2])] * 3


def test_a_rejection_is_the_answer_to_those_alone_that_were_ticked(desk):
    for each in ("a", "b", "c"):
        desk.public.post("/appeals/new", data={"entry": entry(desk).id, "statement": each})
    sam, ann = desk.as_person("sam", Post.SENIOR), desk.as_person("ann", Post.SENIOR)
    assert sam.post("/appeals/1", outcome="rejected", reason="x", also="7").status_code == 422
    assert sam.post("/appeals/1", outcome="rejected", reason="x", also="<").status_code == 422
    ann.post("/appeals/3/claim", do="take")
    assert sam.post("/appeals/1", outcome="rejected", reason="x", also="3").status_code == 409
    assert sam.post("/appeals/1", outcome="rejected", reason="It still sells.", also="2").status_code == 303
    assert [each.id for each in desk.workspace.appeals.waiting()] == [3]


def test_the_terminal_rejects_the_appeals_that_are_named_with_it(desk, tmp_path):
    for each in ("a", "b", "c"):
        desk.public.post("/appeals/new", data={"entry": entry(desk).id, "statement": each})
    run(
        appeal,
        tmp_path / "ws",
        "answer",
        "1",
        "rejected",
        "--reason",
        "It sells.",
        "--also",
        "2",
        "--by",
        "sam",
    )
    assert [each.id for each in desk.workspace.appeals.waiting()] == [3]


def test_who_listed_an_entry_does_not_reject_the_appeal_against_it(desk):
    sam = desk.as_person("sam", Post.SENIOR)
    link = desk.workspace.verdicts.get(entry(desk).verdict).link
    sam.post(f"/cases/{link}", do="confirm", reason="x", category="tobacco")
    desk.public.post("/appeals/new", data={"entry": entry(desk).id, "statement": "wrong"})
    assert sam.post("/appeals/1", outcome="rejected", reason="x").status_code == 409
    other = desk.as_person("ann", Post.SENIOR)
    assert other.post("/appeals/1", outcome="rejected", reason="x").status_code == 303


def test_a_contact_is_seen_by_who_decides_and_erased_after_its_time(desk):
    from blocklist.casework.appeal import keep_retention  # noqa: PLC0415 - one use

    form = {"entry": entry(desk).id, "statement": "wrong", "contact": "ann@museum.example"}
    desk.public.post("/appeals/new", data=form)
    senior = desk.as_person("sam", Post.SENIOR)
    assert "ann@museum.example" in senior.get("/appeals/1").text
    assert "ann@museum.example" not in desk.as_person("eve", Post.AUDITOR).get("/appeals/1").text
    senior.post("/appeals/1", outcome="rejected", reason="x")
    desk.later(days=29)
    assert keep_retention(desk.workspace, now=desk.now) == 0
    desk.later(days=2)
    assert keep_retention(desk.workspace, now=desk.now) == 1
    assert desk.workspace.appeals.get(1).contact is None


# --- the same from the terminal -----------------------------------------------------------------------


def run(command, folder, *arguments):
    return CliRunner(env={"USER": "mo"}).invoke(command, [*arguments], obj=folder, catch_exceptions=False)


def test_the_terminal_asks_for_a_second_person_too(desk, tmp_path):
    folder, link = tmp_path / "ws", str(waiting(desk))
    said = run(review, folder, "confirm", link, "--reason", "x", "--category", "tobacco", "--scope", "domain")
    assert "waits for a second person (domain-scope) as proposal 1" in said.stdout
    assert "link 2: confirm tobacco domain, domain-scope" in run(review, folder, "proposals").stdout
    with pytest.raises(LinkgazetteError, match="mo's own; a second person"):
        run(review, folder, "agree", "1")
    assert "on record as decision 1" in run(review, folder, "agree", "1", "--by", "sam").stdout
    assert desk.workspace.decisions.current(int(link)).by == "mo & sam"


def test_the_terminal_takes_cases_from_the_same_queue(desk, tmp_path):
    folder, link = tmp_path / "ws", waiting(desk)
    said = run(review, folder, "next").stdout
    assert "yours until" in said
    assert f"link {link}  " in said
    assert "(in the hands of mo)" in run(review, folder, "list").stdout
    assert "nothing is left" in run(review, folder, "next", "--by", "sam").stdout
    with pytest.raises(LinkgazetteError, match="is in the hands of mo"):
        run(review, folder, "clear", str(link), "--reason", "x", "--by", "sam")


def test_the_terminal_decides_and_undoes_several_cases_at_once(desk, tmp_path):
    folder, link = tmp_path / "ws", waiting(desk)
    traits = Traits(keys=frozenset({(Trait.CONTACT, b"seller")}))
    for each in (link, 3):
        desk.workspace.traits.keep(each, traits)
    assert "3  clear  contact  hxxp://garden[.]example/" in run(review, folder, "similar", str(link)).stdout
    said = run(review, folder, "batch", "clear", str(link), "3", "--reason", "one shop").stdout
    assert said.startswith("batch 1: clear of 2 cases on record")
    assert desk.workspace.decisions.current(3).action is Action.CLEAR
    assert "2 decisions are undone" in run(review, folder, "undo-batch", "1", "--reason", "no").stdout
    assert desk.workspace.decisions.current(3) is None


def test_one_person_is_enough_where_the_workspace_says_so(tmp_path):
    folder = tmp_path / "ws"
    with open_desk(folder, config="[serve]\ntwo_person = false\n") as desk:
        link = str(waiting(desk))
        run(review, folder, "confirm", link, "--reason", "x", "--category", "tobacco", "--scope", "domain")
        assert desk.workspace.decisions.current(int(link)).action is Action.CONFIRM


def test_the_terminal_undoes_escalates_and_asks_for_another_capture(desk, tmp_path):
    folder, link = tmp_path / "ws", str(waiting(desk))
    run(review, folder, "clear", link, "--reason", "x")
    assert "decision 1 (clear) is undone" in run(review, folder, "undo", link, "--reason", "y").stdout
    run(review, folder, "escalate", link, "--reason", "hard")
    run(review, folder, "recapture", link, "--reason", "half")
    shown = run(review, folder, "show", link).stdout
    assert "mo: clear, x (undone)" in shown
    assert "mo: escalate, hard" in shown
    assert "mo: recapture, half" in shown
    run(review, folder, "remark", link, "--reason", "the shop moves every week")
    assert "mo: remark, the shop moves" in run(review, folder, "show", link).stdout


def test_an_appeal_from_the_terminal(desk, tmp_path):
    folder, wanted = tmp_path / "ws", entry(desk)
    made = run(appeal, folder, "make", wanted.id, "--statement", "It is a museum.", "--proof", "dns").stdout
    assert f'_linkgazette.{wanted.host}. TXT "linkgazette=' in made
    ticket = made.split("ticket ")[1].split()[0]
    assert "waits; answer due by" in run(appeal, folder, "show", ticket).stdout
    assert wanted.id in run(appeal, folder, "list").stdout
    run(appeal, folder, "answer", "1", "upheld", "--reason", "right")
    assert "upheld, right" in run(appeal, folder, "show", ticket).stdout
    with open_workspace(folder, create=False) as opened:
        assert opened.decisions.current(1).on_appeal


# --- whose site it is ---------------------------------------------------------------------------------


def test_an_owner_is_shown_by_the_word_alone_on_a_line_of_their_own_host(desk):
    listed = entry(desk)
    for proof in ("file", "dns"):
        form = {"entry": listed.id, "statement": "mine", "proof": proof}
        sent = desk.public.post("/appeals/new", data=form)
        assert "Show that the site is yours" in desk.public.get(sent.headers["location"]).text
    by_file, by_dns = desk.workspace.appeals.waiting()
    answers = {
        "echo": lambda _folder, _host: Answers((f"you asked for linkgazette={by_file.proof_word}".encode(),)),
        "mine": lambda _folder, host: Answers(
            (f"hi\nlinkgazette={by_file.proof_word}\n".encode(),) * bool(host)
        ),
        "none": lambda _folder, _host: Answers(problem="no-record"),
    }

    def look(files, records):
        return prove_stage(desk.workspace, now=desk.now, files=answers[files], records=answers[records])

    assert look("echo", "none") == 0
    told = [desk.workspace.appeals.get(each.id).looked for each in (by_file, by_dns)]
    assert told == ["no-word", "no-record"]
    assert look("mine", "none") == 1
    assert look("mine", "mine") == 0  # the word of the other appeal
    assert desk.workspace.appeals.get(by_file.id).proved_at == desk.now
    assert desk.workspace.appeals.get(by_dns.id).proved_at is None


def test_the_file_is_fetched_by_a_crawl_of_its_own(tmp_path):
    asked = []

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.headers["Host"], self.path))
            found = self.path == f"/{FILE}"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(b"linkgazette=0123456789abcdef, and some text\n" if found else b"no")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        (tmp_path / "linkgazette.toml").write_text(
            f'[crawl]\nresolve = "127.0.0.1:{server.server_port}"\ndelay = 0\ntimeout = 5\n'
        )
        bodies = _files(tmp_path, "owner.example")
        server.shutdown()
    assert set(bodies.texts) == {b"linkgazette=0123456789abcdef, and some text\n"}  # from each vantage
    assert ("owner.example", f"/{FILE}") in asked
    assert [path.name for path in tmp_path.iterdir()] == ["linkgazette.toml"]
