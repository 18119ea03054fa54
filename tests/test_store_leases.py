from datetime import UTC, datetime, timedelta

import pytest

from blocklist.model import Capture, Failure, Host, Judgement, Label, Share, Surface, Vantage
from blocklist.store import Claim, Rest, Visit, open_workspace
from blocklist.urls import parse_url

pytestmark = pytest.mark.edge

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEASE = timedelta(seconds=300)
TOMORROW = NOW + timedelta(days=1)
CLEAR = Judgement(
    label=Label.CLEAR,
    category=None,
    grade=0,
    confidence=0,
    publishable=False,
    reason="",
    evidence=(),
    policy="",
)


@pytest.fixture
def workspace(tmp_path):
    with open_workspace(tmp_path, create=True) as opened:
        yield opened


def watch(workspace, *urls, now=NOW):
    workspace.shares.add([Share(url=parse_url(url), surface=Surface.GROUP) for url in urls], now=now)


def take(workspace, worker, *, limit=10, now=NOW, **more):
    return [str(link.url) for link in workspace.links.lease(worker, now=now, limit=limit, **more)]


def finish(workspace, worker, url, *, now=NOW, due_at=TOMORROW, failure=None, attempts=0):
    link = workspace.links.find(parse_url(url))
    capture = Capture(link=link.id, fetched_at=now, final_url=link.url, failure=failure)
    return workspace.links.complete(worker, capture, CLEAR, due_at=due_at, now=now, attempts=attempts)


# --- taking ---------------------------------------------------------------------------------------------


def test_a_worker_has_whole_hosts_to_itself(workspace):
    watch(workspace, "https://a.example/1", "https://a.example/2", "https://b.example/1")
    assert take(workspace, "one", limit=1) == ["https://a.example/1"]
    assert take(workspace, "two") == ["https://b.example/1"]
    assert take(workspace, "one") == ["https://a.example/2"]
    assert take(workspace, "one") == take(workspace, "two") == []


def test_a_lease_is_spread_evenly_over_hosts(workspace):
    watch(workspace, *(f"https://{host}.example/{page}" for host in "abc" for page in range(9)))
    hosts = [parse_url(url)[8] for url in take(workspace, "one", limit=7)]
    assert {host: hosts.count(host) for host in "abc"} == {"a": 3, "b": 2, "c": 2}


def test_one_host_alone_fills_the_lease(workspace):
    watch(workspace, *(f"https://a.example/{page}" for page in range(9)))
    assert len(take(workspace, "one", limit=7)) == 7


def test_those_that_wait_longest_come_first(workspace):
    watch(workspace, "https://late.example/", now=NOW)
    watch(workspace, "https://early.example/", now=NOW - timedelta(hours=1))
    assert take(workspace, "one", limit=1) == ["https://early.example/"]


def test_nothing_is_due_before_its_time(workspace):
    watch(workspace, "https://a.example/", now=NOW + timedelta(seconds=1))
    assert take(workspace, "one") == []
    assert workspace.links.due(NOW) == 0
    assert workspace.links.next_due() == NOW + timedelta(seconds=1)


def test_a_finished_link_is_due_again_when_said(workspace):
    watch(workspace, "https://a.example/")
    take(workspace, "one")
    assert workspace.links.due(NOW) == 0
    assert finish(workspace, "one", "https://a.example/") is not None
    assert take(workspace, "one", now=TOMORROW - timedelta(seconds=1)) == []
    assert workspace.links.next_due() == TOMORROW
    assert take(workspace, "two", now=TOMORROW) == ["https://a.example/"]


def test_a_link_may_be_due_never_again(workspace):
    watch(workspace, "https://a.example/")
    take(workspace, "one")
    finish(workspace, "one", "https://a.example/", due_at=None)
    assert workspace.links.next_due() is None
    assert take(workspace, "one", now=NOW + timedelta(days=9999)) == []


def test_everything_is_taken_once_and_the_asking_ends(workspace):
    watch(workspace, "https://a.example/", "https://b.example/", "https://c.example/")
    for url in take(workspace, "one"):
        finish(workspace, "one", url)
    seen = []
    while found := take(workspace, "one", limit=2, everything=True):
        seen += found
        for url in found:
            finish(workspace, "one", url)
    assert sorted(seen) == ["https://a.example/", "https://b.example/", "https://c.example/"]


def test_a_link_never_to_be_visited_again_is_not_even_when_everything_is_asked_for_or_it_is_shared(workspace):
    watch(workspace, "https://a.example/")
    take(workspace, "one")
    finish(workspace, "one", "https://a.example/", due_at=None)
    watch(workspace, "https://a.example/", now=TOMORROW)
    assert take(workspace, "one", now=TOMORROW, everything=True) == []


def test_a_new_share_of_a_waiting_host_is_due_at_once(workspace):
    watch(workspace, "https://a.example/1")
    take(workspace, "one")
    finish(workspace, "one", "https://a.example/1")
    watch(workspace, "https://a.example/2")
    assert take(workspace, "two") == ["https://a.example/2"]


# --- losing and giving back -----------------------------------------------------------------------------


def test_an_expired_lease_is_taken_over_and_the_first_worker_comes_too_late(workspace):
    watch(workspace, "https://a.example/")
    take(workspace, "one")
    assert take(workspace, "two", now=NOW + LEASE - timedelta(seconds=1)) == []
    assert take(workspace, "two", now=NOW + LEASE) == ["https://a.example/"]
    assert finish(workspace, "one", "https://a.example/") is None
    assert finish(workspace, "two", "https://a.example/") is not None
    assert len(list(workspace.verdicts.of(1))) == len(list(workspace.captures.of(1))) == 1


def test_a_visit_counts_once(workspace):
    watch(workspace, "https://a.example/")
    take(workspace, "one")
    assert finish(workspace, "one", "https://a.example/") is not None
    assert finish(workspace, "one", "https://a.example/") is None


def test_a_late_worker_does_not_end_the_lease_of_the_host_for_its_successor(workspace):
    watch(workspace, "https://a.example/1", "https://a.example/2", "https://a.example/3")
    take(workspace, "one", limit=2)
    later = NOW + LEASE
    assert take(workspace, "two", limit=1, now=later) == ["https://a.example/1"]
    assert finish(workspace, "one", "https://a.example/2", now=later) is not None
    assert take(workspace, "three", now=later) == []


def test_a_renewed_lease_holds_from_then_on(workspace):
    watch(workspace, "https://a.example/")
    take(workspace, "one")
    later = NOW + LEASE - timedelta(seconds=1)
    assert workspace.links.renew("one", now=later) == 1
    assert take(workspace, "two", now=NOW + LEASE) == []
    assert finish(workspace, "one", "https://a.example/") is not None


def test_what_is_given_back_is_free_at_once(workspace):
    watch(workspace, "https://a.example/", "https://b.example/")
    take(workspace, "one")
    assert workspace.links.give_back("one") == 2
    assert workspace.links.due(NOW) == 2
    assert take(workspace, "two") == ["https://a.example/", "https://b.example/"]


def test_a_host_is_free_once_its_last_leased_link_is_finished(workspace):
    watch(workspace, "https://a.example/1", "https://a.example/2", "https://a.example/3")
    take(workspace, "one", limit=2)
    finish(workspace, "one", "https://a.example/1")
    assert take(workspace, "two") == []
    finish(workspace, "one", "https://a.example/2")
    assert take(workspace, "two") == ["https://a.example/3"]


def test_a_batch_stores_those_whose_lease_holds(workspace):
    watch(workspace, "https://a.example/", "https://b.example/")
    (mine,) = workspace.links.lease("one", now=NOW, limit=1)
    visits = [
        Visit(capture=Capture(link=link, fetched_at=NOW), judgement=CLEAR, due_at=TOMORROW) for link in (1, 2)
    ]
    stored = workspace.links.complete_all("one", visits, now=NOW)
    assert [identifier is not None for identifier in stored] == [link == mine.id for link in (1, 2)]


# --- what a visit leaves behind -------------------------------------------------------------------------


def test_a_run_of_failures_remembers_its_beginning_and_a_page_ends_it(workspace):
    watch(workspace, "https://a.example/")
    since = []
    for day, failure in enumerate([Failure.DNS, Failure.TIMEOUT, None, Failure.ROBOTS]):
        now = NOW + timedelta(days=day)
        take(workspace, "one", now=now)
        attempts = day + 1 if failure else 0
        finish(
            workspace, "one", "https://a.example/", now=now, due_at=now, failure=failure, attempts=attempts
        )
        (finding,) = workspace.findings()
        since.append(finding.unreachable_since)
        assert finding.link.attempts == attempts
    assert since == [NOW, NOW, None, NOW + timedelta(days=3)]


def test_what_was_not_reached_has_no_landing_page(workspace):
    watch(workspace, "https://a.example/")
    take(workspace, "one")
    unreachable = Judgement(
        label=Label.UNREACHABLE, category=None, grade=0, confidence=0, publishable=False, reason="",
        evidence=(), policy="",
    )  # fmt: skip
    url = parse_url("https://a.example/")
    capture = Capture(link=1, fetched_at=NOW, final_url=url, failure=Failure.HTTP_5XX)
    workspace.links.complete("one", capture, unreachable, due_at=TOMORROW, now=NOW, attempts=1)
    assert workspace.verdicts.current(1).landing is None


# --- politeness -----------------------------------------------------------------------------------------


def claims(workspace, host, *, at=NOW, seconds=10):
    """Claim a host; None, or seconds from ``at`` until it is free."""
    wanted = Claim(host=Host(host), until=at + timedelta(seconds=seconds))
    (free_from,) = workspace.links.take_turns([wanted], [], now=at)
    return None if free_from is None else (free_from - at).total_seconds()


def rests(workspace, host, seconds, *, claimed=None):
    said = Rest(
        host=Host(host),
        until=NOW + timedelta(seconds=seconds),
        claimed=None if claimed is None else NOW + timedelta(seconds=claimed),
    )
    workspace.links.take_turns([], [said], now=NOW)


def test_a_claimed_host_is_nobody_elses_until_it_is_given_back_and_has_rested(workspace):
    assert claims(workspace, "a.example") is None
    assert claims(workspace, "a.example") == 10
    assert claims(workspace, "b.example") is None
    rests(workspace, "a.example", 1.5, claimed=10)
    assert claims(workspace, "a.example") == 1.5
    assert claims(workspace, "a.example", at=NOW + timedelta(seconds=1.5)) is None


def test_a_claim_that_ran_out_with_its_process_is_anybodys(workspace):
    assert claims(workspace, "a.example") is None
    later = NOW + timedelta(seconds=10)
    assert claims(workspace, "a.example", at=later, seconds=20) is None
    rests(workspace, "a.example", 1, claimed=10)  # it lives after all: the other's claim holds
    assert claims(workspace, "a.example", at=later) == 20


def test_the_longest_rest_that_anybody_was_asked_for_holds(workspace):
    rests(workspace, "a.example", 600)
    rests(workspace, "a.example", 5)
    assert claims(workspace, "a.example") == 600


def test_a_host_known_from_a_redirect_alone_becomes_one_of_links_when_shared(workspace):
    assert claims(workspace, "shop.a.example") is None
    rests(workspace, "shop.a.example", 0, claimed=10)
    assert workspace.links.next_due() is None
    watch(workspace, "https://shop.a.example/")
    assert take(workspace, "one") == ["https://shop.a.example/"]
    (host,) = workspace.db["hosts"].rows
    assert host["registrable_domain"] == "a.example"


# --- a clock that was set back ---------------------------------------------------------------------------


def test_a_lease_from_the_future_holds_nobody_up(workspace):
    watch(workspace, "https://a.example/")
    take(workspace, "one", now=NOW + timedelta(days=400))
    assert workspace.links.due(NOW) == 1
    assert take(workspace, "two", now=NOW) == ["https://a.example/"]


def test_a_claim_from_the_future_holds_nobody_up(workspace):
    assert claims(workspace, "a.example", at=NOW + timedelta(days=400)) is None
    assert claims(workspace, "a.example") is None
    assert claims(workspace, "a.example") == 10


# --- at scale -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["_FREE_HOSTS", "_DUE_OF_HOST"])
def test_leasing_reads_no_table_through(workspace, query):
    from blocklist.store import leases  # noqa: PLC0415 - looks inside

    asked = {
        "now": "2026",
        "beyond": "2027",
        "soon": "2026",
        "never": "2027",
        "worker": "one",
        "limit": 1,
        "host": "a.example",
    }
    plan = [row[3] for row in workspace.database.rows(f"EXPLAIN QUERY PLAN {getattr(leases, query)}", asked)]
    assert not [step for step in plan if step.startswith("SCAN")], plan
    assert not [step for step in plan if "hosts" in step and "TEMP B-TREE" in step], plan


def test_findings_come_from_one_query_by_keys(workspace):
    from blocklist.store import findings  # noqa: PLC0415 - looks inside

    plan = [row[3] for row in workspace.database.rows(f"EXPLAIN QUERY PLAN {findings._SELECT}")]
    assert [step for step in plan if step.startswith("SCAN")] == ["SCAN links"], plan
    assert not [step for step in plan if "TEMP B-TREE" in step], plan


# --- what makes a suspect --------------------------------------------------------------------------------


def test_the_card_last_shown_of_a_link_is_among_its_circumstances(workspace):
    for card in ("first", "second", ""):
        share = Share(url=parse_url("https://a.example/"), surface=Surface.GROUP, preview=card)
        workspace.shares.add([share], now=NOW)
    (link,) = workspace.links.lease("one", now=NOW, limit=1)
    assert workspace.links.circumstances(link) == (False, NOW, Vantage.DECLARED, None, "second")


def test_what_makes_a_suspect_comes_with_the_lease(workspace):
    # The loop of a crawl asked for it page by page, and waited each time for whatever was being stored.
    workspace.shares.add([Share(url=parse_url("https://a.example/"), surface=Surface.GROUP)], now=NOW)
    (link,) = workspace.links.lease("one", now=NOW, limit=1)
    asked = []
    workspace.database._connection.set_trace_callback(asked.append)
    assert workspace.links.circumstances(link) == (False, NOW, Vantage.DECLARED, None, "")
    assert asked == []
    workspace.links.let_go("one", [link])
    asked.clear()
    workspace.links.circumstances(link)
    assert len(asked) == 1
