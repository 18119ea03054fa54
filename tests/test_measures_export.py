"""What is exported is exported once; what rested on an error is taken back by name."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from click.testing import CliRunner

from blocklist.casework.measuring import changes_since_export, export_measures
from blocklist.commands.announce import announce
from blocklist.commands.measures import measures
from blocklist.commands.publish import publish_stage
from blocklist.errors import InputError
from blocklist.listing.measure_changes import Standing, Wrong, changes
from blocklist.model import Action, Decision, Label, Measure, Pseudonym, RemovalReason, Role, Share, Surface
from blocklist.policy import load_policy
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from tests.list_makers import NOW
from tests.list_workspace import visit

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


def changed(before, present, wrong=NOTHING):
    entries = {link: f"LG-{link}" for link in range(10)}
    found = changes(before, present, entries=entries, wrong=wrong, ladder=LADDER)
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


# --- a workspace ------------------------------------------------------------------------------------------

SHOP = "http://shop.example/"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def folder(tmp_path):
    with open_workspace(tmp_path, create=True) as opened:
        people = opened.pseudonymiser
        share = Share(url=parse_url(SHOP), surface=Surface.TIMELINE, account=people.account("u7"))
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


@pytest.mark.parametrize(("on_appeal", "published"), [(False, True), (True, False), (True, True)])
def test_a_cleared_page_takes_its_measures_back(folder, on_appeal, published) -> None:
    (dry,) = rows(run(folder, "--dry-run").stdout)
    assert (dry["kind"], "id" in dry) == ("measure", False)
    (line,) = rows(run(folder, "--export", "-").stdout)
    assert line == {"id": 1, **dry}
    assert rows(run(folder, "--dry-run").stdout) == rows(run(folder, "--export", "-").stdout) == []
    clear(folder, on_appeal=on_appeal)
    if published:
        publish_stage(folder, out=folder / "public", now=LATER, override="ann: it was cleared")
    (back,) = rows(run(folder, "--export", "-").stdout)
    assert back == {
        "id": 2,
        "kind": "correction",
        "corrects": 1,
        "reason": "appeal" if on_appeal else "error",
        "subject": line["subject"],
        "step": None,
    }
    assert run(folder, "--export", "-").stdout == ""


def test_an_announcement_counts_the_corrections(folder) -> None:
    run(folder, "--export", "-")
    clear(folder, on_appeal=True)
    run(folder, "--export", "-")
    made = CliRunner().invoke(announce, ["--since", "2026-01-01"], obj=folder)
    assert "Measures corrected because a link was listed in error: 1" in made.stdout


def test_an_export_to_a_file_never_replaces_another(folder) -> None:
    file = folder / "measures.jsonl"
    assert run(folder, "--export", str(file)).exit_code == 0
    assert len(rows(file.read_text())) == 1
    clear(folder, on_appeal=False)
    assert isinstance(run(folder, "--export", str(file)).exception, InputError)
    (back,) = rows(run(folder, "--export", "-").stdout)  # what failed was not taken as exported
    assert (back["id"], back["corrects"]) == (2, 1)


def test_one_thing_at_a_time(folder) -> None:
    assert isinstance(run(folder, "--dry-run", "--export", "-").exception, InputError)


def test_exports_are_forgotten_with_the_person_and_wear_out(folder) -> None:
    now = datetime.now(UTC)
    with open_workspace(folder, create=False) as opened:
        export_measures(opened, lambda _: None, now=now)
        opened.people.wear_out(NOW - timedelta(days=1))
        assert len(opened.exported.standing()) == 1
        opened.people.forget(opened.pseudonymiser.account("u7"))
        assert opened.exported.standing() == {}
        assert changes_since_export(opened, now=now) == ()
