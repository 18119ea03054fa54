"""A desk for twenty: cases handed out, campaigns, captures side by side, and people and keys by page."""

import re

import orjson
import pytest

from blocklist.casework.auditing import audit_proof
from blocklist.casework.blind import draw
from blocklist.commands.publishing import publish_stage
from blocklist.history.merkle import is_included, leaf_hash
from blocklist.history.note import parse_checkpoint
from blocklist.history.proofs import parse_proof
from blocklist.likeness import Trait, Traits, key_of
from blocklist.model import (
    Action,
    BlockKind,
    Capture,
    Hop,
    Label,
    Passage,
    Piece,
    Post,
    Share,
    Surface,
    Vantage,
)
from blocklist.release.record import record_of
from blocklist.service.doors import Side
from blocklist.store.audit import _chained
from blocklist.store.visits import Visit
from blocklist.urls import parse_url
from tests.list_makers import judgement
from tests.service_desk import open_desk

pytestmark = pytest.mark.edge

CAMPAIGN = Traits(lang="zh", keys=frozenset({(Trait.CONTACT, key_of(b"one seller"))}))


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Links 2, 4 and 5 wait; they are one campaign."""
    folder = tmp_path_factory.mktemp("kept") / "ws"
    with open_desk(folder, published=False) as opened:
        workspace = opened.workspace
        for number in (4, 5):
            url = parse_url(f"http://shop{number}.example/offer")
            workspace.shares.add([Share(url=url, surface=Surface.GROUP)], now=opened.now)
        for link in workspace.links.lease("t", now=opened.now, limit=9):
            if link.id > 3:
                capture = Capture(link=link.id, fetched_at=opened.now, final_url=link.url,
                                  hops=(Hop(url=link.url, status=200),))  # fmt: skip
                said = judgement(Label.UNSURE, policy=workspace.policy.digest)
                workspace.links.complete("t", capture, said, due_at=opened.now, now=opened.now)
        workspace.links.give_back("t")
        for number in (2, 4, 5):
            workspace.traits.keep(number, CAMPAIGN)
    publish_stage(folder, out=folder / "public", now=opened.now)
    return folder


@pytest.fixture
def desk(kept, tmp_path):
    """The campaign on the desk, an hour after the release."""
    with open_desk(tmp_path / "ws", kept=kept) as opened:
        opened.later(hours=1)
        yield opened


def passage(text, rule=""):
    return Passage(kind=BlockKind.TEXT, hidden=False, boilerplate=False, pieces=(Piece(text, rule),))


def case_of(answer):
    return int(re.match(r"/cases/(\d+)", answer.headers["location"])[1])


def test_a_note_for_colleagues_decides_nothing_and_moves_no_case(desk):
    mo, ann = desk.as_person("mo", Post.MODERATOR), desk.as_person("ann", Post.MODERATOR)
    mo.post("/cases/2/claim", do="take")
    kept = ann.post("/cases/2", do="remark", reason="Seen last week too, ask @seller_4711 for nothing.")
    assert kept.headers["location"] == "/cases/2?done=remark-2"
    page = mo.get("/cases/2").text
    assert "note for colleagues" in page
    assert "Seen last week too" in page
    assert "seller_4711" not in page
    assert desk.workspace.claims.of(2, now=desk.now).by == "mo"
    assert desk.workspace.decisions.current(2) is None
    assert desk.workspace.cases.escalated() == frozenset()
    assert "Keep the note" in ann.get("/cases/2").text


def test_next_hands_each_moderator_a_case_of_their_own_until_none_is_left(desk):
    people = [desk.as_person(name, Post.MODERATOR) for name in ("mo", "sam", "ann", "eve")]
    sent = [browser.post("/next") for browser in people]
    assert len({case_of(answer) for answer in sent[:3]}) == 3
    assert sent[3].headers["location"] == "/?done=empty-0"
    assert "Nothing is left that you could take." in people[3].get("/?done=empty-0").text
    page = people[3].get(f"/cases/{case_of(sent[0])}").text
    assert "In the hands of mo until" in page
    assert 'value="confirm"' not in page
    refused = people[3].post(f"/cases/{case_of(sent[0])}", do="clear", reason="x")
    assert refused.status_code == 409
    assert "is in the hands of mo" in refused.text


def test_a_decision_leads_straight_to_the_next_case_of_the_same_filter(desk):
    desk.workspace.traits.keep(2, Traits(lang="en", keys=CAMPAIGN.keys))
    mo = desk.as_person("mo", Post.MODERATOR)
    first = mo.post("/next", of_lang="zh")
    assert first.headers["location"] in {"/cases/4?of_lang=zh", "/cases/5?of_lang=zh"}
    page = mo.get(first.headers["location"]).text
    assert 'name="of_lang" value="zh"' in page
    assert "autofocus" in page
    second = mo.post(f"/cases/{case_of(first)}", do="clear", reason="x", of_lang="zh")
    assert {case_of(first), case_of(second)} == {4, 5}
    assert "cleared" in mo.get(second.headers["location"]).text
    third = mo.post(f"/cases/{case_of(second)}", do="clear", reason="x", of_lang="zh")
    assert third.headers["location"].startswith("/?of_lang=zh&done=clear-")


def test_a_case_is_put_back_or_taken_over(desk):
    mo, sam = desk.as_person("mo", Post.MODERATOR), desk.as_person("sam", Post.MODERATOR)
    mo.post("/cases/2/claim", do="take")
    assert sam.post("/cases/2/claim", do="take").status_code == 409
    assert sam.post("/cases/2/claim", do="take-over").headers["location"] == "/cases/2"
    assert mo.post("/cases/2", do="clear", reason="x").status_code == 409
    sam.post("/cases/2/claim", do="put-back")
    assert mo.post("/cases/2", do="clear", reason="x").status_code == 303


def test_the_queue_is_filtered_and_says_what_its_order_means(desk):
    desk.workspace.traits.keep(2, Traits(lang="en"))
    mo = desk.as_person("mo", Post.MODERATOR)
    page = mo.get("/?of_lang=zh").text
    assert "2 cases wait. Of 3 in all." in " ".join(page.split())
    assert "Chinese (2)" in page
    assert "Priority is harm times reach times doubt" in page
    assert mo.get("/?of_category=weapons").text.count('href="/cases/') == 0


def test_a_campaign_is_looked_over_decided_and_undone_by_page(desk):
    mo = desk.as_person("mo", Post.MODERATOR)
    case = mo.get("/cases/2").text
    assert case.count('name="with"') == 2
    assert "the same contact" in case
    asked = mo.get("/cases/2/batch?with=4&with=5&with=3&with=x")
    assert "Nothing is on record yet" in asked.text
    assert asked.text.count('name="with"') == 3
    assert "garden" not in asked.text  # it is not like them
    fields = {"do": "confirm", "reason": "one seller", "category": "tobacco", "with": ["2", "4", "5"]}
    done = mo.client.post("/cases/2/batch", data={"form_token": mo.token(), **fields})
    assert done.headers["location"] == "/batches?done=batch-1"
    held = [desk.workspace.decisions.current(link) for link in (2, 4, 5)]
    assert [(each.action, each.reason) for each in held] == [(Action.CONFIRM, "one seller")] * 3
    assert 'href="/batches">batch 1</a>' in mo.get("/cases/4").text
    assert "3 cases" in mo.get("/batches").text
    assert mo.post("/batches/1", reason="a wholesaler").headers["location"] == "/batches?done=unbatch-1"
    assert [desk.workspace.decisions.current(link) for link in (2, 4, 5)] == [None] * 3
    assert "Undone by mo" in mo.get("/batches").text
    assert mo.post("/batches/1", reason="x").status_code == 409


def test_a_batch_that_cannot_be_comes_back_with_its_reason_and_what_was_typed(desk):
    sam = desk.as_person("sam", Post.MODERATOR)
    sam.post("/cases/4", do="clear", reason="licensed")
    mo = desk.as_person("mo", Post.MODERATOR)
    fields = {"do": "confirm", "reason": "typed reason", "with": ["2", "4"], "category": "tobacco"}
    answer = mo.client.post("/cases/2/batch", data={"form_token": mo.token(), **fields})
    assert answer.status_code == 422
    assert "case 4 cannot be decided with others: it was decided already" in answer.text
    assert 'value="typed reason"' in answer.text
    assert desk.workspace.decisions.current(2) is None


def test_what_each_vantage_saw_stands_side_by_side(desk):
    workspace = desk.workspace
    url = parse_url("http://two-faces.example/")
    workspace.shares.add([Share(url=url, surface=Surface.GROUP)], now=desk.now)
    (link,) = [each for each in workspace.links.lease("w", now=desk.now, limit=9) if each.url == url]

    def seen(vantage):
        hops = (Hop(url=url, status=200),)
        return Capture(link=link.id, vantage=vantage, fetched_at=desk.now, final_url=url, hops=hops)

    visit = Visit(
        capture=seen(Vantage.IN_APP),
        judgement=judgement(Label.CONTRABAND, policy=workspace.policy.digest),
        due_at=None,
        further=(seen(Vantage.DECLARED), seen(Vantage.DESKTOP)),
    )
    workspace.links.complete_all("w", [visit], now=desk.now)
    tea, goods = passage("a tea shop"), passage("untaxed cartons", "tobacco/goods/x")
    texts = {
        Vantage.IN_APP: (passage("welcome"), goods, passage("terms")),
        Vantage.DECLARED: (passage("welcome"), tea, passage("terms")),
        Vantage.DESKTOP: (passage("welcome"), tea, passage("terms")),
    }
    desk.house.passages = lambda _verdict, capture: texts[capture.vantage]
    page = desk.as_person("mo", Post.MODERATOR).get(f"/cases/{link.id}").text
    beside = page[page.index('class="beside"') :]
    assert "as the app of the platform opens a shared link" in beside
    assert "our crawler, under its own name; as a browser on a desktop" in beside
    assert beside.index("untaxed cartons") < beside.index("a tea shop")
    assert '<mark title="tobacco/goods/x">untaxed cartons</mark>' in beside
    assert "1 paragraph alike" in beside
    assert "66.7%" in page


def test_what_was_asked_to_be_captured_again_waits_and_is_visited_by_the_next_crawl(desk):
    mo = desk.as_person("mo", Post.MODERATOR)
    desk.workspace.database.write("UPDATE links SET due_at = '2099-01-01T00:00:00.000000Z'")
    mo.post("/cases/2", do="recapture", reason="half loaded")
    assert desk.workspace.links.due(desk.now) == 1
    assert "waits for another capture" in mo.get("/").text
    assert "Another capture was asked for" in mo.get("/cases/2").text
    assert {case_of(mo.post("/next")) for _ in range(3)} <= {4, 5}


# --- people and keys ----------------------------------------------------------------------------------


@pytest.fixture
def root(desk):
    return desk.as_person("root", Post.ADMIN)


def secret_on(page):
    return re.search(r'<code id="secret">([^<]+)</code>', page)[1]


def number_of(desk, name):
    return desk.workspace.staff.find(name).id


def test_somebody_new_is_let_in_with_a_secret_that_is_shown_once(desk, root):
    made = root.post("/people", name="ann", role="senior")
    secret = secret_on(made.text)
    client = desk.client(Side.STAFF)
    assert client.post("/login", data={"name": "ann", "secret": secret}).status_code == 303
    assert secret not in root.get("/people").text
    assert secret not in str(list(desk.workspace.audit.lines()))
    again = root.post("/people", name="ann", role="senior")
    assert again.status_code == 422
    assert "there is somebody of that name" in again.text


def test_a_new_secret_ends_the_sessions_and_the_old_secret(desk, root):
    ann = desk.as_person("ann", Post.MODERATOR)
    secret = secret_on(root.post(f"/people/{number_of(desk, 'ann')}", do="renew").text)
    assert ann.get("/").headers["location"] == "/login"
    client = desk.client(Side.STAFF)
    assert client.post("/login", data={"name": "ann", "secret": "correct-horse-battery"}).status_code == 401
    assert client.post("/login", data={"name": "ann", "secret": secret}).status_code == 303


def test_another_role_holds_at_once_and_who_is_let_in_no_more_gives_their_cases_back(desk, root):
    ann = desk.as_person("ann", Post.MODERATOR)
    ann.post("/cases/2/claim", do="take")
    number = number_of(desk, "ann")
    assert root.post(f"/people/{number}", do="role", role="auditor").status_code == 303
    assert desk.workspace.staff.find("ann").post is Post.AUDITOR
    assert ann.get("/").status_code == 303
    root.post(f"/people/{number}", do="end")
    assert desk.workspace.staff.find("ann").ended_at == desk.now
    assert desk.workspace.claims.held(now=desk.now) == {}
    # A role that is given to who has left lets nobody in again.
    root.post(f"/people/{number}", do="role", role="senior")
    assert desk.workspace.staff.find("ann").ended_at is not None
    secret_on(root.post(f"/people/{number}", do="renew").text)
    assert desk.workspace.staff.find("ann").ended_at is None


def test_nobody_shuts_themselves_or_the_last_admin_out(desk, root):
    own = number_of(desk, "root")
    for fields in ({"do": "end"}, {"do": "role", "role": "moderator"}):
        refused = root.post(f"/people/{own}", **fields)
        assert refused.status_code == 409
        assert "nobody changes their own role" in refused.text
    desk.person("second", Post.ADMIN)
    desk.workspace.staff.end("root", now=desk.now)
    other = desk.as_person("second", Post.ADMIN)
    desk.person("third", Post.MODERATOR)
    assert other.post(f"/people/{own}", do="end").status_code == 303  # has left already: nothing to lose
    assert desk.workspace.staff.find("second").ended_at is None


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("/people", {"name": "a & b", "role": "senior"}, "nor an ampersand"),
        ("/people", {"name": "x" * 65, "role": "senior"}, "at most 64"),
        ("/people", {"name": "ann", "role": "reporter"}, "choose what they are here for"),
        ("/people", {"name": "ann", "role": "king"}, "choose what they are here for"),
        ("/people/99", {"do": "end"}, "there is nobody of that number"),
        ("/people/1", {"do": "sing"}, "choose: role, new secret, second factor or end"),
        ("/keys", {"name": "x", "role": "senior", "daily": "5"}, "a key is a reporter"),
        ("/keys", {"name": "x", "role": "reporter", "daily": "0"}, "a key is a reporter"),
        ("/keys", {"name": "x", "role": "reporter", "daily": "many"}, "a quota is a number"),
        ("/keys/none", {"do": "end"}, "there is no key of that id"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(root, path, fields, said):
    answer = root.post(path, **fields)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_key_is_made_allotted_and_revoked_and_opens_accordingly(desk, root):
    text = secret_on(root.post("/keys", name="platform", role="reporter", daily="2").text)
    key = {"Authorization": f"Bearer {text}"}
    rows = [{"url": f"https://new{number}.example/"} for number in range(3)]
    assert desk.public.post("/api/shares", json=rows, headers=key).status_code == 429
    identifier = text.split("_")[1]
    root.post(f"/keys/{identifier}", do="quota", daily="10")
    assert desk.public.post("/api/shares", json=rows, headers=key).status_code == 202
    root.post(f"/keys/{identifier}", do="end")
    assert desk.public.post("/api/shares", json=rows, headers=key).status_code == 401
    said = [(line.by, line.action) for line in desk.workspace.audit.lines()]
    assert said == [("root", "log-in"), ("root", "key"), ("root", "quota"), ("root", "end")]


# --- audit --------------------------------------------------------------------------------------------


def test_an_auditor_reads_the_log_with_the_history_s_proof_and_can_check_it_alone(desk, tmp_path):
    desk.as_person("mo", Post.MODERATOR).post("/cases/2", do="clear", reason="x")
    publish_stage(tmp_path / "ws", out=tmp_path / "ws" / "public", now=desk.now, override="sam: test")
    desk.later(hours=1)
    eve = desk.as_person("eve", Post.AUDITOR)
    page = eve.get("/audit").text
    proof = audit_proof(desk.workspace)
    assert proof.chain in page
    assert "lines 1 to 2; later ones wait" in page
    # What a stranger does: the lines' digest, the event that commits to it, the event's place in the history.
    chain = b""
    rows = [orjson.loads(line) for line in eve.get("/audit.jsonl").content.splitlines()]
    assert [row["action"] for row in rows] == ["log-in", "clear", "log-in"]
    for row in rows[: proof.lines]:
        at = f"{row['at'][:-1]}.000000Z" if "." not in row["at"] else row["at"]
        chain = _chained(chain, [row["number"], at, row["by"], row["action"], row["subject"], row["detail"]])
    assert chain.hex() == proof.chain
    index, path, note = parse_proof(proof.proof.encode(), "proof")
    published = (tmp_path / "ws" / "public" / "history" / "checkpoint").read_bytes()
    assert note == published
    event = desk.workspace.history.events()[index]
    checkpoint = parse_checkpoint(published, "checkpoint")
    assert is_included(leaf_hash(event.leaf), index, checkpoint.size, path, checkpoint.root)


def test_the_audit_log_is_read_in_pages(desk):
    for number in range(230):
        desk.workspace.audit.add("mo", "test", f"link {number}", now=desk.now)
    eve = desk.as_person("eve", Post.AUDITOR)
    newest = eve.get("/audit").text
    assert 'href="/audit?before=32"' in newest
    oldest = eve.get("/audit?before=32").text
    assert "link 0 " in oldest
    assert "link 31 " not in oldest
    assert eve.get("/audit?before=x").status_code == 422


# --- figures ------------------------------------------------------------------------------------------


def test_a_sample_is_drawn_by_page_and_its_precision_is_published(desk, tmp_path):
    sam = desk.as_person("sam", Post.SENIOR)
    assert sam.post("/blind", count="5").headers["location"] == "/blind?done=draw-1"
    assert sam.post("/blind", count="0").status_code == 422
    desk.house.passages = lambda _verdict, _capture: (passage("x"),)
    before = desk.public.get("/method/").text
    assert "No sample of this list was judged so yet" in before
    desk.as_person("mo", Post.MODERATOR).post("/blind/1", answer="contraband")
    desk.later(hours=1)
    publish_stage(tmp_path / "ws", out=tmp_path / "ws" / "public", now=desk.now)
    page = " ".join(desk.public.get("/method/").text.split())
    assert "1 listed page, drawn at random, was judged once more" in page
    assert "100% of them were contraband" in page
    assert "the true share lies between 20.7% and 100% (95%)" in page
    assert "随机抽取的 1 个已列入页面" in desk.public.get("/zh/method/").text
    figures = desk.as_person("sam", Post.SENIOR).get("/figures").text
    assert "1 of 1; 95% between 20.7% and 100%" in figures


def test_what_could_not_be_told_is_counted_apart_and_later_words_are_of_the_next_release(desk):
    from tests.test_service_cases import _nothing  # noqa: PLC0415 - one use

    draw(desk.workspace, 1, now=desk.now)
    desk.as_person("mo", Post.MODERATOR).post("/blind/1", answer="cannot-tell")
    record = record_of(desk.workspace, _nothing(desk), desk.now)
    assert (record.blind.seen, record.blind.unsure, record.blind.precision) == (0, 1, None)
    earlier = desk.now
    desk.later(seconds=-1)
    assert record_of(desk.workspace, _nothing(desk), desk.now).blind.unsure == 0
    desk.now = earlier
