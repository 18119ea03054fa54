"""What is exported is exported once; what rested on an error is taken back by name."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from click.testing import CliRunner

from blocklist.casework.measuring import changes_since_export, export_measures
from blocklist.commands.announce import announce
from blocklist.commands.measures import measures
from blocklist.commands.publishing import publish_stage
from blocklist.errors import InputError
from blocklist.listing.measure_changes import Standing, Wrong, changes
from blocklist.model import (
    Action,
    Decision,
    Label,
    LinkName,
    Measure,
    Pseudonym,
    RemovalReason,
    Role,
    Share,
    Surface,
)
from blocklist.policy import load_policy
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from tests.list_makers import NOW
from tests.list_workspace import visit

pytestmark = pytest.mark.edge

LADDER = load_policy(None).ladder
ONE, TWO = Pseudonym("account:" + "1" * 32), Pseudonym("group:" + "2" * 32)
ERROR, APPEAL = RemovalReason.ERROR, RemovalReason.APPEAL
NOTHING = Wrong(links={}, entries={})


def measure(step: str, *links: int, subject: Pseudonym = ONE) -> Measure:
    return Measure(
        subject=subject,
        name="",
        role=Role.SELLER if subject == ONE else None,
        step=step,
        grade=1,
        links=len(links),
        categories=("tobacco",),
        last_shared_at=None,
        rests_on=links,
    )


def standing(step: str, *links: int, subject: Pseudonym = ONE) -> dict[Pseudonym, Standing]:
    return {subject: Standing(id=7, step=step, rests_on={link: f"LG-{link}" for link in links})}


def changed(before, present, wrong=NOTHING, gone=None):
    entries = {link: f"LG-{link}" for link in range(10)}
    found = changes(before, present, entries=entries, wrong=wrong, ladder=LADDER, gone=gone)
    return [(one.corrects, one.measure.step if one.measure else None, one.reason) for one in found]


@pytest.mark.parametrize(
    ("before", "present", "wrong", "lines"),
    [
        ({}, [measure("warn", 1)], NOTHING, [(None, "warn", None)]),
        (standing("warn", 1), [measure("warn", 1, 2)], NOTHING, []),
        (standing("warn", 1), [measure("close", 1, 2)], NOTHING, [(None, "close", None)]),
        # A page that was cleaned up, or a window that has passed: the measure was right.
        (standing("close", 1, 2), [measure("warn", 1)], NOTHING, []),
        (standing("warn", 1), [], NOTHING, []),
        (standing("warn", 1), [], Wrong(links={1: ERROR}, entries={}), [(7, None, ERROR)]),
        (standing("warn", 1), [], Wrong(links={}, entries={"LG-1": APPEAL}), [(7, None, APPEAL)]),
        (standing("warn", 1, 2), [], Wrong(links={1: ERROR, 2: APPEAL}, entries={}), [(7, None, APPEAL)]),
        (
            standing("close", 1, 2),
            [measure("warn", 2)],
            Wrong(links={1: ERROR}, entries={}),
            [(7, "warn", ERROR)],
        ),
        # What is left earns as much: nothing is to be taken back.
        (standing("warn", 1, 2), [measure("warn", 2)], Wrong(links={1: ERROR}, entries={}), []),
        (standing("warn", 1), [], Wrong(links={5: ERROR}, entries={"LG-6": APPEAL}), []),
        # Each kind has its own order: "restrict" comes after the accounts' "close" in the file.
        (
            standing("restrict", 1, subject=TWO),
            [measure("close", 1, 2, subject=TWO)],
            NOTHING,
            [(None, "close", None)],
        ),
        (standing("close", 1, subject=TWO), [measure("restrict", 1, subject=TWO)], NOTHING, []),
        # A step that an edited policy no longer has is corrected, and replaced by what holds now.
        (standing("shame", 1), [], Wrong(links={1: ERROR}, entries={}), [(7, None, ERROR)]),
        (standing("shame", 1), [measure("warn", 1)], NOTHING, [(None, "warn", None)]),
    ],
)
def test_what_an_export_brings(before, present, wrong, lines) -> None:
    assert changed(before, present, wrong) == lines


def test_a_link_that_has_left_the_list_is_to_be_blocked_no_more() -> None:
    left, other = LinkName("link:LG-1"), LinkName("link:LG-2")
    before = standing("block", 1, subject=left) | standing("block", 2, subject=other)
    gone = {left: RemovalReason.CLEANED, ONE: RemovalReason.CLEANED}
    assert changed(before, [measure("block", 2, subject=other)], gone=gone) == [(7, None, "cleaned")]
    # An error goes before: announcements count it.
    wrong = Wrong(links={}, entries={"LG-1": ERROR})
    assert changed(standing("block", 1, subject=left), [], wrong, gone) == [(7, None, ERROR)]


# --- a workspace ------------------------------------------------------------------------------------------

SHOP = "http://shop.example/"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def folder(tmp_path):
    with open_workspace(tmp_path, create=True) as opened:
        people = opened.pseudonymiser
        share = Share(
            url=parse_url(SHOP),
            surface=Surface.TIMELINE,
            account=people.account("u7"),
            content=people.content("m812"),
        )
        opened.shares.add([share], now=NOW)
        visit(opened, {SHOP: Label.CONTRABAND})
    publish_stage(tmp_path, out=tmp_path / "public", now=NOW)
    return tmp_path


def clear(folder, *, on_appeal: bool) -> None:
    with open_workspace(folder, create=False) as opened:
        (entry,) = opened.entries.current()
        opened.decisions.add(
            Decision(
                link=opened.verdicts.get(entry.verdict).link,
                action=Action.CLEAR,
                reason="a museum",
                by="m",
                decided_at=LATER,
                on_appeal=on_appeal,
            )
        )


def run(folder, *words: str):
    return CliRunner().invoke(measures, list(words), obj=folder)


def rows(text: str):
    return [orjson.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("words", [("--dry-run",), ("--export", "-")])
def test_an_export_is_json_lines_and_refuses_to_be_one_object(folder, words) -> None:
    assert "leave --json out" in str(run(folder, *words, "--json").exception)


@pytest.mark.parametrize(("on_appeal", "published"), [(False, True), (True, False), (True, True)])
def test_a_cleared_page_takes_its_measures_back(folder, on_appeal, published) -> None:
    dry = rows(run(folder, "--dry-run").stdout)
    assert [(one["kind"], one["step"], "id" in one) for one in dry] == [
        ("measure", "limit", False),
        ("measure", "delete", False),
        ("measure", "block", False),
    ]
    lines = rows(run(folder, "--export", "-").stdout)
    assert lines == [{"id": number, **one} for number, one in enumerate(dry, start=1)]
    assert rows(run(folder, "--dry-run").stdout) == rows(run(folder, "--export", "-").stdout) == []
    clear(folder, on_appeal=on_appeal)
    if published:
        publish_stage(folder, out=folder / "public", now=LATER, override="ann: it was cleared")
    assert rows(run(folder, "--export", "-").stdout) == [
        {
            "id": 3 + line["id"],
            "kind": "correction",
            "corrects": line["id"],
            "reason": "appeal" if on_appeal else "error",
            "subject": line["subject"],
            "step": None,
        }
        for line in lines
    ]
    assert run(folder, "--export", "-").stdout == ""


def test_an_announcement_counts_the_corrections(folder) -> None:
    run(folder, "--export", "-")
    clear(folder, on_appeal=True)
    run(folder, "--export", "-")
    made = CliRunner().invoke(announce, ["--since", "2026-01-01"], obj=folder)
    assert "Measures corrected because a link was listed in error: 3" in made.stdout


def test_a_link_is_named_by_its_entry_and_its_page_and_ends_with_it(folder) -> None:
    (line,) = (one for one in rows(run(folder, "--export", "-").stdout) if one["subject"].startswith("link:"))
    with open_workspace(folder, create=False) as opened:
        (entry,) = opened.entries.current()
        assert (line["subject"], line["scope"], line["expression"]) == (
            f"link:{entry.id}",
            entry.scope,
            entry.expression,
        )
        assert (line["step"], line["links"], line["sharers"]) == ("block", 1, 2)
        visit(opened, {SHOP: Label.CLEAR}, at=LATER)
    publish_stage(folder, out=folder / "public", now=LATER, override="ann: it was cleaned up")
    (end,) = rows(run(folder, "--export", "-").stdout)
    assert (end["kind"], end["subject"], end["reason"]) == ("end", line["subject"], "cleaned")
    assert (end["corrects"], end["step"]) == (line["id"], None)
    made = CliRunner().invoke(announce, ["--since", "2026-01-01"], obj=folder)
    assert "listed in error:" not in made.stdout.partition("of these listed in error: 0")[2]


def test_an_announcement_counts_content_and_links_by_step(folder) -> None:
    made = CliRunner().invoke(announce, ["--since", "2026-01-01"], obj=folder).stdout
    assert "Messages and posts, deleted: 1" in made
    assert "Links, blocked: 1" in made


def test_an_export_to_a_file_never_replaces_another(folder) -> None:
    file = folder / "measures.jsonl"
    assert run(folder, "--export", str(file)).exit_code == 0
    assert len(rows(file.read_text())) == 3
    clear(folder, on_appeal=False)
    assert isinstance(run(folder, "--export", str(file)).exception, InputError)
    back = rows(run(folder, "--export", "-").stdout)  # what failed was not taken as exported
    assert [(one["id"], one["corrects"]) for one in back] == [(4, 1), (5, 2), (6, 3)]


def test_one_thing_at_a_time(folder) -> None:
    assert isinstance(run(folder, "--dry-run", "--export", "-").exception, InputError)


def test_exports_are_forgotten_with_the_person_and_wear_out(folder) -> None:
    now = datetime.now(UTC)
    with open_workspace(folder, create=False) as opened:
        export_measures(opened, lambda _: None, now=now)
        opened.people.wear_out(NOW - timedelta(days=1))
        assert len(opened.exported.standing()) == 3
        opened.people.forget(opened.pseudonymiser.account("u7"))  # and what they posted
        assert [one.subject[:5] for one in opened.exported.standing().values()] == ["link:"]
        assert changes_since_export(opened, now=now) == ()
        opened.people.wear_out(now + timedelta(days=1))
        assert len(opened.exported.standing()) == 1  # a link is no person, and its end is still to come
