import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from blocklist.model import (
    Action,
    Alias,
    Capture,
    Decision,
    Entry,
    Failure,
    Hop,
    Judgement,
    Label,
    Listing,
    Release,
    RemovalReason,
    ReviewItem,
    Scope,
    Share,
    Surface,
    Tombstone,
    Verdict,
)
from blocklist.store import ShareCounts, open_workspace
from blocklist.urls import parse_url

pytestmark = pytest.mark.edge

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EMPTY = Listing(entries=(), aliases=(), tombstones=(), review=())


@pytest.fixture
def workspace(tmp_path):
    with open_workspace(tmp_path, create=True) as opened:
        yield opened


def share(url="https://a.example/", **more):
    return Share(url=parse_url(url), surface=more.pop("surface", Surface.GROUP), **more)


def judgement(label=Label.CONTRABAND):
    return Judgement(
        label=label,
        category=None,
        grade=0,
        confidence=0,
        publishable=False,
        reason="",
        evidence=(),
        policy="",
    )


def verdict(link=1, label=Label.CONTRABAND, captures=(), landing=None):
    return Verdict(link=link, landing=landing, judgement=judgement(label), captures=captures, decided_at=NOW)


def release(serial=1, **more):
    return Release(
        serial=serial,
        issued_at=more.pop("issued_at", NOW),
        expires_at=NOW,
        entries=0,
        digest=str(serial),
        previous="",
    )


# --- shares ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"account_name": "Oth****"}, True),
        ({"group_name": "Oth****"}, True),
        ({"surface": Surface.DIRECT}, False),
        ({"account": "account:b"}, False),
        ({"account": None}, False),
        ({"group": "group:b"}, False),
        ({"reporter": "reporter:b"}, False),
        ({"forwarded": True}, False),
        ({"shared_at": NOW}, False),
        ({"url": parse_url("https://a.example/#part")}, False),
    ],
)
@pytest.mark.parametrize("batched", [True, False])
def test_a_report_is_kept_once_whatever_the_names_on_it(workspace, change, same, batched):
    first = share(account="account:a", account_name="Har****", group="group:a", reporter="reporter:a")
    second = dataclasses.replace(first, **change)
    if batched:
        counts = workspace.shares.add([first, second], now=NOW)
        assert (counts.accepted, counts.duplicate) == ((1, 1) if same else (2, 0))
    else:
        workspace.shares.add([first], now=NOW)
        counts = workspace.shares.add([second], now=NOW + timedelta(days=1))
        assert (counts.accepted, counts.duplicate) == ((0, 1) if same else (1, 0))


def test_links_are_counted_once_however_often_they_are_shared(workspace):
    batch = [share("https://a.example/", shared_at=NOW + timedelta(seconds=n)) for n in range(3)]
    assert workspace.shares.add(batch, now=NOW) == ShareCounts(accepted=3, duplicate=0, links_new=1)
    batch = [share("https://a.example/", reporter="reporter:x"), share("https://b.example/")]
    assert workspace.shares.add(batch, now=NOW) == ShareCounts(accepted=2, duplicate=0, links_new=1)
    assert [link for link, _ in workspace.shares.with_links()] == [1, 1, 1, 1, 2]


def test_an_empty_batch_is_no_work(workspace):
    assert workspace.shares.add([], now=NOW) == ShareCounts(accepted=0, duplicate=0, links_new=0)


def test_a_batch_larger_than_one_question_to_sqlite(workspace):
    batch = [share(f"https://a.example/{number}") for number in range(25_000)]
    assert workspace.shares.add(batch, now=NOW).links_new == 25_000
    assert workspace.shares.add(batch, now=NOW).duplicate == 25_000


def test_links_that_differ_in_the_fragment_share_a_crawl_key(workspace):
    workspace.shares.add([share("https://a.example/x#1"), share("https://a.example/x#2")], now=NOW)
    assert {row["crawl_key"] for row in workspace.db["links"].rows} == {"https://a.example/x"}


def test_a_link_remembers_when_it_was_first_seen_and_whether_it_may_carry_a_person(workspace):
    workspace.shares.add([share("https://a.example/?email=someone%40b.example")], now=NOW)
    workspace.verdicts.add(verdict())
    (finding,) = workspace.findings()
    assert finding.first_seen == NOW
    assert finding.link.sensitive == ("email",)


# --- verdicts and findings ------------------------------------------------------------------------------


def test_the_newest_verdict_and_the_newest_decision_hold(workspace):
    workspace.shares.add([share("https://a.example/"), share("https://b.example/")], now=NOW)
    for label in (Label.UNSURE, Label.CLEAR, Label.CONTRABAND):
        workspace.verdicts.add(verdict(label=label))
    for action in (Action.CONFIRM, Action.CLEAR):
        workspace.decisions.add(Decision(link=1, action=action, reason="x", by="y", decided_at=NOW))
    assert workspace.verdicts.counts() == {
        Label.CONTRABAND: 1, Label.CLEAR: 0, Label.UNSURE: 0, Label.UNREACHABLE: 0
    }  # fmt: skip
    (finding,) = workspace.findings()
    assert finding.verdict == workspace.verdicts.current(1)
    assert finding.verdict.judgement.label is Label.CONTRABAND
    assert finding.decision.action is Action.CLEAR
    assert next(workspace.verdicts.of(1)).judgement.label is Label.UNSURE
    assert len(list(workspace.decisions.of(1))) == 2


def test_a_link_that_was_not_visited_is_no_finding(workspace):
    workspace.shares.add([share()], now=NOW)
    assert list(workspace.findings()) == []
    assert workspace.verdicts.current(1) is None
    assert workspace.decisions.current(1) is None


@pytest.mark.parametrize(
    ("hops", "landing", "way"),
    [
        (["https://a.example/"], "https://a.example/", []),
        (["https://a.example/", "https://b.example/"], "https://b.example/", ["https://a.example/"]),
        (
            ["https://a.example/", "https://r.example/", "https://a.example/", "https://b.example/"],
            "https://b.example/",
            ["https://a.example/", "https://r.example/"],
        ),
        (["https://a.example/", "https://r.example/"], None, ["https://a.example/", "https://r.example/"]),
        ([], None, ["https://a.example/"]),
    ],
)
def test_the_way_to_a_page_is_the_shared_url_and_each_hop_before_it(workspace, hops, landing, way):
    workspace.shares.add([share("https://a.example/")], now=NOW)
    landing = None if landing is None else parse_url(landing)
    capture = Capture(link=1, fetched_at=NOW, hops=tuple(Hop(url=url) for url in hops), final_url=landing)
    workspace.verdicts.add(verdict(captures=(workspace.captures.add(capture),), landing=landing))
    (finding,) = workspace.findings()
    assert list(finding.hops) == way


def test_a_finding_says_why_the_last_visit_brought_no_page(workspace):
    workspace.shares.add([share()], now=NOW)
    capture = Capture(link=1, fetched_at=NOW, failure=Failure.ROBOTS)
    workspace.verdicts.add(verdict(captures=(workspace.captures.add(capture),), label=Label.UNREACHABLE))
    (finding,) = workspace.findings()
    assert finding.failure is Failure.ROBOTS


def test_findings_come_in_the_order_of_their_links(workspace):
    workspace.shares.add([share(f"https://{name}.example/") for name in "cab"], now=NOW)
    for link in (3, 1, 2):
        workspace.verdicts.add(verdict(link=link))
    assert [finding.link.id for finding in workspace.findings()] == [1, 2, 3]


def test_findings_may_be_read_while_others_write(workspace, tmp_path):
    workspace.shares.add([share(f"https://a.example/{n}") for n in range(9)], now=NOW)
    for link in range(1, 10):
        workspace.verdicts.add(verdict(link=link))
    stream = workspace.findings()
    next(stream)
    with open_workspace(tmp_path, create=False) as other:
        other.verdicts.add(verdict(link=9, label=Label.CLEAR))
    assert {finding.verdict.judgement.label for finding in stream} == {Label.CONTRABAND}


@pytest.mark.parametrize("room", ["links", "captures", "verdicts"])
def test_what_is_not_kept_is_a_key_error(workspace, room):
    with pytest.raises(KeyError):
        getattr(workspace, room).get(1)


def test_a_url_that_is_not_watched_is_not_found(workspace):
    assert workspace.links.find(parse_url("https://a.example/")) is None


# --- the list -------------------------------------------------------------------------------------------


@pytest.fixture
def listed(workspace):
    workspace.shares.add([share("https://a.example/"), share("https://b.example/")], now=NOW)
    workspace.verdicts.add(verdict(landing=parse_url("https://a.example/")))
    return workspace


def entry(identifier="LG-a", **more):
    known = {
        "scope": Scope.HOST, "expression": "a.example/", "host": "a.example", "category": "tobacco",
        "grade": 2, "clause": "LG-1", "jurisdiction": "", "first_seen": NOW, "listed_at": NOW,
        "verified_at": NOW, "expires_at": NOW, "verdict": 1, "evidence": (), "evidence_digest": "",
        "policy": "", "decided_by": "machine",
    }  # fmt: skip
    return Entry(id=identifier, **{**known, **more})


def test_each_release_leaves_the_list_as_it_says(listed):
    stone = Tombstone(id="LG-b", listed_at=NOW, removed_at=NOW, reason=RemovalReason.CLEANED)
    first = Listing(
        entries=(entry("LG-a"), entry("LG-b")),
        aliases=(
            Alias(expression="s.example/1", entry="LG-a"),
            Alias(expression="s.example/2", entry="LG-b"),
        ),
        tombstones=(),
        review=(),
    )
    second = Listing(
        entries=(entry("LG-a", grade=3), entry("LG-c")),
        aliases=(Alias(expression="s.example/1", entry="LG-a", sensitive=True),),
        tombstones=(stone,),
        review=(),
    )
    for serial, listing in enumerate((first, second, second), start=1):
        listed.releases.record(release(serial), listing, now=NOW)
        assert listed.entries.current() == listing.entries
        assert listed.entries.aliases() == listing.aliases
        assert listed.entries.tombstones() == listing.tombstones
    assert [each.serial for each in listed.releases.all()] == [1, 2, 3]
    assert listed.releases.latest() == release(3)


def test_a_release_that_cannot_be_kept_changes_nothing(listed):
    listed.releases.record(release(1), dataclasses.replace(EMPTY, entries=(entry(),)), now=NOW)
    with pytest.raises(Exception, match="UNIQUE"):
        listed.releases.record(release(1), EMPTY, now=NOW)
    with pytest.raises(Exception, match="FOREIGN KEY"):
        listed.releases.record(release(2), dataclasses.replace(EMPTY, entries=(entry(verdict=99),)), now=NOW)
    assert listed.entries.current() == (entry(),)
    assert listed.releases.latest() == release(1)


def test_the_queue_is_the_latest_release_s_less_what_was_decided_since(listed):
    items = tuple(
        ReviewItem(
            link=link, url=parse_url(f"https://{name}.example/"), reason="guarded-host", category="tobacco",
            grade=grade, confidence=0.5,
        )
        for link, name, grade in [(1, "a", 1), (2, "b", 3)]
    )  # fmt: skip
    listed.releases.record(release(1), dataclasses.replace(EMPTY, review=items), now=NOW)
    assert [item.link for item in listed.review_queue.waiting()] == [2, 1]
    listed.decisions.add(
        Decision(link=2, action=Action.CLEAR, reason="x", by="y", decided_at=NOW + timedelta(seconds=1))
    )
    assert [item.link for item in listed.review_queue.waiting()] == [1]
    assert listed.review_queue.of(2) == (items[1],)
    listed.releases.record(release(2), EMPTY, now=NOW)
    assert listed.review_queue.waiting() == ()


# --- views ----------------------------------------------------------------------------------------------


def test_the_views_show_the_present_state_to_whoever_looks_in(listed):
    listed.releases.record(release(1), dataclasses.replace(EMPTY, entries=(entry(),)), now=NOW)
    listed.decisions.add(Decision(link=1, action=Action.CLEAR, reason="x", by="y", decided_at=NOW))
    assert [row["label"] for row in listed.db["current_verdicts"].rows] == ["contraband"]
    assert [row["action"] for row in listed.db["current_decisions"].rows] == ["clear"]
    assert [row["shared_url"] for row in listed.db["listed_entries"].rows] == ["https://a.example/"]
    assert [row["url"] for row in listed.db["due_links"].rows] == ["https://a.example/", "https://b.example/"]
