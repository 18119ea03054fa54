"""Pseudonym keys are replaced and destroyed: people are known across it, and no longer than they must be."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocklist.casework.applied import take_applied
from blocklist.casework.measuring import export_measures
from blocklist.cli import root
from blocklist.errors import InputError, RefusedError, TroubleError
from blocklist.intake import take_in
from blocklist.intake.rows import Rows
from blocklist.listing.measures import recommend
from blocklist.model import Pseudonym
from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from blocklist.privacy.pseudonyms import Key, generation_of
from blocklist.service.share_ids import parse_share_id, share_id
from blocklist.store import backup, open_workspace
from blocklist.store.backup import back_up
from blocklist.store.outbox import Line
from blocklist.store.rotation import MOST, destroy, retire, rotate
from tests.sample_site import sample_entry

pytestmark = pytest.mark.edge

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LADDER = load_policy(None).ladder
ME, OTHER = "member-4711", "member-0815"


@pytest.fixture
def workspace(tmp_path):
    with open_workspace(tmp_path / "ws", create=True) as opened:
        assert opened.pseudonymiser
        yield opened


def report(workspace, link: int, **people: str):
    """Take one report in, as a file or a program brings it."""
    fields = {"url": f"http://shop{link}.example/", "shared_at": "2026-11-20", **people}
    row = Rows("x", workspace.pseudonymiser).from_fields(1, fields)
    assert not row.problems
    return workspace.shares.add_ready(row.shares, now=NOW)


def steps(workspace, now=NOW) -> list[tuple[str, str, int]]:
    """What is recommended, without who it is for."""
    listed = {link: sample_entry(link, grade=2) for link, _ in workspace.shares.with_links()}
    found = recommend(workspace.shares.with_links(), listed, LADDER, now=now)
    return sorted((one.subject.partition(":")[0], one.step, one.links) for one in found)


def bytes_of(workspace) -> bytes:
    return b"".join(file.read_bytes() for file in workspace.path.glob("linkgazette.db*"))


def tag(pseudonym: str) -> bytes:
    return pseudonym.partition(":")[2].encode()


# --- names ------------------------------------------------------------------------------------------------


def test_a_pseudonym_names_its_generation_and_the_first_keeps_its_form():
    people = Pseudonymiser(b"b" * 32, generation=2, earlier=[Key(1, b"a" * 32)])
    new, old = people.every("account", " 7 ")
    assert old == Pseudonymiser(b"a" * 32).account("7")
    assert new.startswith("account:g2.")
    assert [generation_of(each) for each in (new, old, Pseudonym("group:" + "g2" * 16))] == [2, 1, 1]
    assert people.successions("account", "7") == ((old, new),)
    assert people.successions("account", " ") == Pseudonymiser(b"a" * 32).successions("account", "7") == ()


# --- counted across the change ----------------------------------------------------------------------------

PEOPLE = ("ann", "bob", "cem")
EVENTS = st.lists(
    st.one_of(
        st.just("rotate"),
        st.tuples(
            st.sampled_from(PEOPLE),
            st.integers(1, 6),
            st.sampled_from(["", "hall"]),
            st.sampled_from(["", "post-1", "post-2"]),
            st.booleans(),
        ),
    ),
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, destroyed=st.booleans())
def test_measures_are_the_same_whenever_keys_were_replaced(tmp_path_factory, events, destroyed):
    """One workspace replaces its keys as told, the other never does; nobody comes only before a change."""
    told = tmp_path_factory.mktemp("g")
    again = [each for each in events if each != "rotate"]
    with (
        open_workspace(told / "one", create=True) as one,
        open_workspace(told / "two", create=True) as two,
    ):
        for workspace in (one, two):
            assert workspace.pseudonymiser
            for event in [*events, *again]:
                if event == "rotate":
                    if workspace is one and len(one.successions.generations()) < MOST:
                        rotate(one, by="t", now=NOW)
                    continue
                who, link, hall, post, forwarded = event
                report(workspace, link, account=who, group=hall, content_id=post, forwarded=forwarded)
        assert steps(one) == steps(two)
        assert one.shares.count() == two.shares.count()  # the same report again is one, across keys too
        assert one.shares.reach(range(1, 7)) == two.shares.reach(range(1, 7))
        if destroyed:
            for each in one.successions.generations():
                if each.replaced_at:
                    assert destroy(one, each.number, by="t", now=NOW)[1] == 0
            assert steps(one) == steps(two)
            present = max(each.number for each in one.successions.generations())
            for _, share in one.shares.with_links():
                assert generation_of(share.account) == present


def test_who_came_again_is_one_and_the_platform_s_words_follow(workspace):
    report(workspace, 1, account=ME)
    old = workspace.pseudonymiser.account(ME)
    take_applied(workspace, [(1, {"account": ME, "step": "warn", "applied_at": "2026-11-01"})], now=NOW)
    assert rotate(workspace, by="t", now=NOW) == 2
    new = workspace.pseudonymiser.account(ME)
    assert [each.subject for each in workspace.applied.between(None, NOW)] == [old]
    take_applied(workspace, [(1, {"account": ME, "step": "lifted"})], now=NOW)  # nobody reported them since
    assert [each.subject for each in workspace.applied.between(None, NOW)] == [new, new]
    report(workspace, 2, account=ME)
    assert steps(workspace) == [("account", "limit", 2), ("link", "block", 1), ("link", "block", 1)]
    assert {share.account for _, share in workspace.shares.with_links()} == {new}


def test_a_process_that_had_not_heard_of_the_change_loses_nothing(workspace):
    maker = Rows("x", workspace.pseudonymiser)
    report(workspace, 1, account=ME)
    rotate(workspace, by="t", now=NOW)
    fields = {"url": "http://shop2.example/", "account": OTHER, "shared_at": "2026-11-20"}
    late = maker.from_fields(1, fields).shares
    later = maker.from_fields(1, {**fields, "forwarded": True}).shares
    workspace.shares.add_ready(late, now=NOW)
    report(workspace, 3, account=OTHER)
    assert ("account", "limit", 2) in steps(workspace)
    destroy(workspace, 1, by="t", now=NOW)
    with pytest.raises(TroubleError, match="replaced and destroyed meanwhile"):
        workspace.shares.add_ready(later, now=NOW)


def test_a_service_that_runs_on_uses_the_new_key_at_once(workspace):
    before = workspace.pseudonymiser.account(ME)
    report(workspace, 1, account=ME)
    with open_workspace(workspace.path, create=False) as other:
        rotate(other, by="t", now=NOW)
    assert workspace.pseudonymiser.account(ME) != before
    assert workspace.pseudonymiser.every("account", ME)[1] == before


# --- the end of a key -------------------------------------------------------------------------------------


def test_a_destroyed_key_leaves_no_trace_of_it_and_whoever_did_not_come_again_has_left(workspace):
    report(workspace, 1, account=ME, group="hall", content_id="m1", reporter="teller")
    report(workspace, 2, account=OTHER)
    people = workspace.pseudonymiser
    old = [people.account(ME), people.group("hall"), people.content("m1"), people.reporter("teller")]
    gone = workspace.pseudonymiser.account(OTHER)
    lines = [
        Line(id=number, subject=one, body=json.dumps({"s": one})) for number, one in enumerate((old[0], gone))
    ]
    workspace.outbox.add("msg_1", lines, now=NOW)
    sealed = workspace.sealer.seal("mia@mail.example", b"t")
    with workspace.database.transaction():
        workspace.database.write(
            "INSERT INTO appeals (ticket, contact, entry, statement, proof, proof_host, proof_word, made_at, "
            "due_at) VALUES (?, ?, 'LG-A', '', '', '', '', '2026', '2027')",
            (b"t", sealed),
        )
    rotate(workspace, by="t", now=NOW)
    asked = share_id(Pseudonymiser(workspace.path.joinpath("pseudonym.key").read_bytes()), "k", 1)
    assert parse_share_id(workspace.pseudonymiser, "k", asked) == 1
    assert workspace.sealer.open(sealed, b"t") == "mia@mail.example"
    report(workspace, 3, account=ME, group="hall", content_id="m1", reporter="teller")
    assert destroy(workspace, 1, by="t", now=NOW) == (4, 1)
    assert not (workspace.path / "pseudonym.key").exists()
    held = bytes_of(workspace)
    assert [each for each in (*old, gone) if tag(each) in held] == []
    me = workspace.pseudonymiser.account(ME)
    assert [share.account for _, share in workspace.shares.with_links()] == [me, None, me]
    assert [json.loads(each) for each in workspace.outbox.next().lines] == [{"s": me}]
    contact = workspace.database.value("SELECT contact FROM appeals")
    assert workspace.sealer.open(contact, b"t") == "mia@mail.example"
    assert parse_share_id(workspace.pseudonymiser, "k", asked) is None
    assert destroy(workspace, 1, by="t", now=NOW) == (0, 0)  # a run that was killed can be done again


def test_prune_destroys_a_key_when_nobody_of_its_time_is_kept(workspace):
    report(workspace, 1, account=ME)
    rotate(workspace, by="t", now=NOW)
    kept = timedelta(days=workspace.config.privacy.keep_people_days)
    assert retire(workspace, by="t", now=NOW + kept - timedelta(seconds=1)) == ()
    assert retire(workspace, by="t", now=NOW + kept) == (1,)
    assert [each.destroyed_at for each in workspace.successions.generations()] == [NOW + kept, None]


@pytest.mark.parametrize("when", ["before", "after"])
def test_forgetting_reaches_every_generation(workspace, when):
    report(workspace, 1, account=ME, content_id="m1")
    old = [*workspace.pseudonymiser.every("account", ME), *workspace.pseudonymiser.every("content", "m1")]
    rotate(workspace, by="t", now=NOW)
    if when == "after":
        report(workspace, 2, account=ME)
    export_measures(workspace, lambda _: None, now=NOW)
    done = CliRunner().invoke(root, ["--workspace", str(workspace.path), "forget", "account", ME])
    assert done.exit_code == 0, done.output
    held = bytes_of(workspace)
    assert [each for each in (*old, *workspace.pseudonymiser.every("account", ME)) if tag(each) in held] == []


def test_forgetting_by_either_pseudonym_reaches_the_other(workspace):
    report(workspace, 1, account=ME)
    rotate(workspace, by="t", now=NOW)
    report(workspace, 2, account=ME)
    new, old = workspace.pseudonymiser.every("account", ME)
    assert set(workspace.successions.kin([old])) == set(workspace.successions.kin([new])) == {new, old}
    done = CliRunner().invoke(root, ["--workspace", str(workspace.path), "forget", "pseudonym", new])
    assert done.exit_code == 0, done.output
    assert tag(old) not in bytes_of(workspace)


# --- keys and their files ---------------------------------------------------------------------------------


def test_a_rotation_killed_half_way_is_done_anew(workspace):
    report(workspace, 1, account=ME)
    (workspace.path / "pseudonym.2.key").write_bytes(b"x" * 32)  # made, and the transaction never committed
    assert workspace.pseudonymiser.every("account", ME) == (workspace.pseudonymiser.account(ME),)
    rotate(workspace, by="t", now=NOW)
    assert (workspace.path / "pseudonym.2.key").read_bytes() != b"x" * 32
    assert (workspace.path / "pseudonym.2.key").stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_gone_or_another_is_told_and_may_be_given_up(workspace):
    report(workspace, 1, account=ME)
    rotate(workspace, by="t", now=NOW)
    (workspace.path / "pseudonym.key").write_bytes(bytes(32))
    workspace.close()
    with open_workspace(workspace.path, create=False) as opened:
        with pytest.raises(InputError, match="is not the key that 1 shares were stored with"):
            _ = opened.pseudonymiser
        (workspace.path / "pseudonym.key").unlink()
        with pytest.raises(InputError, match="keys people destroy 1 --at-once"):
            _ = opened.pseudonymiser
        assert destroy(opened, 1, by="t", now=NOW) == (0, 1)
        assert opened.pseudonymiser.account(ME).startswith("account:g2.")


def test_a_backup_holds_every_key(workspace, tmp_path):
    report(workspace, 1, account=ME)
    rotate(workspace, by="t", now=NOW)
    back_up(workspace, tmp_path / "copy")
    with open_workspace(tmp_path / "copy", create=False) as copy:
        assert copy.pseudonymiser.every("account", ME) == workspace.pseudonymiser.every("account", ME)


def test_a_backup_that_was_not_finished_looks_like_none_and_is_begun_anew(workspace, tmp_path, monkeypatch):
    """It lay there half, and the next one refused the folder (found by the campaign)."""
    monkeypatch.setattr(backup, "_copy", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    report(workspace, 1, account=ME)
    with pytest.raises(TroubleError, match="not finished"):
        back_up(workspace, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    monkeypatch.undo()
    assert back_up(workspace, tmp_path / "copy").files > 1


def test_so_many_keys_and_no_more(workspace):
    for _ in range(MOST - 1):
        rotate(workspace, by="t", now=NOW)
    with pytest.raises(RefusedError, match="are there already"):
        rotate(workspace, by="t", now=NOW)
    with pytest.raises(InputError, match="was not replaced"):
        destroy(workspace, MOST, by="t", now=NOW)


def test_the_commands(workspace, tmp_path):
    (tmp_path / "links.jsonl").write_text(json.dumps({"url": "http://shop1.example/", "account": ME}))
    take_in(workspace, [tmp_path / "links.jsonl"], now=NOW)

    def run(*words: str):
        return CliRunner().invoke(root, ["--workspace", str(workspace.path), *words])

    (old,) = run("pseudonym", "account", ME).stdout.split()
    assert "key 2 makes pseudonyms from now on" in run("keys", "people", "rotate").stdout
    new, again = run("pseudonym", "--every", "account", ME).stdout.split()
    assert (again, run("pseudonym", "account", ME).stdout.strip()) == (old, new)
    assert json.loads(run("pseudonym", "--every", "--json", "account", ME).stdout) == {ME: [new, old]}
    shown = run("keys", "people", "show").stdout
    assert "0 of 1 people came again" in shown
    assert "key 2: makes pseudonyms, made" in shown
    refused = run("keys", "people", "destroy", "1")
    assert "1 people would leave the record before their time" in str(refused.exception)
    done = run("keys", "people", "destroy", "1", "--at-once").stdout
    assert "0 people go on by a later one, 1 have left" in done
