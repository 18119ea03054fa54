"""A person leaves the record, and nothing of them is left in its files."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from blocklist.commands.forget import forget
from blocklist.listing.measures import recommend
from blocklist.model import Announcement, Applied, Pseudonym, Share, Surface
from blocklist.store import Workspace, open_workspace, traces
from blocklist.store.appeals import Appeal
from blocklist.urls import parse_url
from tests.sample_site import sample_entry

pytestmark = pytest.mark.edge

NOW = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)
WHO, HALL, TELLER = "member-4711", "hall-0815", "teller-3333"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path, create=True) as opened:
        yield opened


def share(workspace: Workspace, url: str, **people: str) -> None:
    make = workspace.pseudonymiser
    given: dict[str, Any] = {kind: getattr(make, kind)(raw) for kind, raw in people.items()}
    names: dict[str, Any] = {"account_name": "Har****"} if "account" in people else {}
    workspace.shares.add(
        [Share(url=parse_url(url), surface=Surface.GROUP, shared_at=NOW, **given, **names)], now=NOW
    )


def forgotten(workspace: Workspace, *words: str, text: str = "", code: int = 0) -> dict[str, Any]:
    done = CliRunner().invoke(forget, [*words, "--json"], obj=workspace.path, input=text)
    assert done.exit_code == code, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def files(workspace: Workspace) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(workspace.path.glob("linkgazette.db*")))


def tag(pseudonym: Pseudonym) -> bytes:
    return pseudonym.partition(":")[2].encode()


def test_an_account_leaves_every_share_measure_and_name(workspace: Workspace) -> None:
    for number in range(3):
        share(workspace, f"https://shop{number}.example/", account=WHO, group=HALL)
    share(workspace, "https://shop0.example/", account="member-0002")
    me = workspace.pseudonymiser.account(WHO)
    assert tag(me) in files(workspace)
    found = forgotten(workspace, "account", "-", text=f"{WHO}\n")
    assert found["shares"] == 3
    assert found["found_in_files"] == []
    assert tag(me) not in files(workspace)
    assert b"member-4711" not in files(workspace)
    kept = [each for _, each in workspace.shares.with_links()]
    assert {each.group for each in kept} == {workspace.pseudonymiser.group(HALL), None}
    assert [each.account_name for each in kept] == ["", "", "", "Har****"]
    charges = {link: sample_entry(1, grade=3) for link, _ in workspace.shares.with_links()}
    subjects = {
        each.subject
        for each in recommend(workspace.shares.with_links(), charges, workspace.policy.ladder, now=NOW)
    }
    assert me not in subjects
    assert workspace.pseudonymiser.group(HALL) in subjects


def test_what_the_platform_did_to_somebody_is_forgotten_and_wears_out_too(workspace: Workspace) -> None:
    me, hall = workspace.pseudonymiser.account(WHO), workspace.pseudonymiser.group(HALL)
    workspace.applied.add([Applied(subject=me, step="warn", applied_at=NOW)], now=NOW)
    workspace.applied.add([Applied(subject=hall, step="close", applied_at=NOW)], now=NOW)
    found = forgotten(workspace, "account", WHO)
    assert found["found_in_files"] == []
    assert tag(me) not in files(workspace)
    assert [one.subject for one in workspace.applied.between(None, NOW)] == [hall]
    workspace.people.wear_out(NOW)
    assert workspace.applied.between(None, NOW)
    workspace.people.wear_out(NOW + timedelta(seconds=1))
    assert workspace.applied.between(None, NOW) == ()


def test_the_log_says_that_somebody_was_forgotten_and_not_who(workspace: Workspace) -> None:
    share(workspace, "https://shop.example/", account=WHO)
    forgotten(workspace, "person", WHO)
    (line,) = workspace.audit.lines()
    assert (line.action, line.subject, line.detail) == ("forget", "account, reporter", "1 shares")
    assert workspace.audit.broken() is None


def test_a_share_left_with_nobody_goes_unless_it_is_the_last_of_its_link(workspace: Workspace) -> None:
    share(workspace, "https://one.example/", account=WHO)
    share(workspace, "https://two.example/", account=WHO)
    share(workspace, "https://two.example/", account="member-0002")
    assert forgotten(workspace, "account", WHO)["removed"] == 1
    left = [(each.url, each.account is None, each.shared_at) for _, each in workspace.shares.with_links()]
    assert left == [("https://one.example/", True, None), ("https://two.example/", False, NOW)]
    assert workspace.database.value("SELECT min(received_at) FROM shares") == "2026-11-22T00:00:00.000000Z"


def test_the_newest_share_stays_so_that_its_id_is_not_given_again(workspace: Workspace) -> None:
    share(workspace, "https://two.example/", account="member-0002")
    share(workspace, "https://two.example/", account=WHO)
    newest = workspace.database.value("SELECT max(id) FROM shares")
    assert forgotten(workspace, "account", WHO)["removed"] == 0
    assert workspace.database.value("SELECT max(id) FROM shares") == newest


def test_groups_and_reporters_are_forgotten_by_raw_id_and_by_pseudonym(workspace: Workspace) -> None:
    share(workspace, "https://shop.example/", account=WHO, group=HALL, reporter=TELLER)
    teller = workspace.pseudonymiser.reporter(TELLER)
    assert forgotten(workspace, "group", HALL)["shares"] == 1
    assert forgotten(workspace, "pseudonym", teller)["shares"] == 1
    assert forgotten(workspace, "person", TELLER)["shares"] == 0  # again, which is harmless
    ((_, left),) = workspace.shares.with_links()
    assert (left.group, left.reporter) == (None, None)
    assert left.account == workspace.pseudonymiser.account(WHO)
    assert tag(teller) not in files(workspace)


def test_the_masked_name_leaves_the_announcements(workspace: Workspace) -> None:
    share(workspace, "https://shop.example/", account=WHO)
    told: dict[str, Any] = {"links_blocked": 1, "groups": {}, "categories": {}, "removed": 0, "corrected": 0}
    workspace.announcements.add(
        Announcement(
            slug="one",
            since=NOW,
            until=NOW,
            published_at=NOW,
            accounts={"warn": 1},
            examples=("Har****", "Oth****"),
            **told,
        )
    )  # fmt: skip - as a sentence
    assert forgotten(workspace, "account", WHO)["announcements"] == 1
    assert workspace.announcements.all()[0].examples == ("Oth****",)


def test_what_a_claimant_said_is_erased_and_the_answer_stays(workspace: Workspace) -> None:
    sealed = workspace.sealer.seal("mia@mail.example", b"t")
    said = "This page is a bakery, and has been for years."
    number = workspace.appeals.add(
        Appeal(ticket=b"t", entry="LG-1", link=None, statement=said, contact=sealed, made_at=NOW, due_at=NOW)
    )
    assert forgotten(workspace, "appeal", str(number)) == {
        "shares": 0,
        "removed": 0,
        "announcements": 0,
        "appeals": 1,
        "found_in_files": [],
        "found_in_columns": {},
        "not_searched": 0,
    }  # fmt: skip - as a sentence
    kept = workspace.appeals.get(number)
    assert kept is not None
    assert (kept.contact, kept.statement, kept.entry) == (None, "", "LG-1")
    assert sealed not in files(workspace)
    assert said.encode() not in files(workspace)


def test_a_raw_id_in_what_strangers_wrote_is_told_and_is_no_success(workspace: Workspace) -> None:
    share(workspace, f"https://shop.example/of/{WHO}/goods", account=WHO)
    share(workspace, f"https://shop.example/of/{WHO}9/goods", account="member-0002")
    assert forgotten(workspace, "account", WHO, code=1)["found_in_columns"] == {"links.url": 1}
    assert forgotten(workspace, "account", "u7")["not_searched"] == 1


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("pseudonym", "u77"), "32 hexadecimal digits"),
        (("appeal", "x"), "by its number"),
        (("appeal", "9"), "no appeal 9"),
        (("account", " "), "blank"),
        (("account", "-"), "no id"),
    ],
)
def test_what_cannot_be_meant_is_refused(workspace: Workspace, words: tuple[str, ...], cure: str) -> None:
    share(workspace, "https://shop.example/", account=WHO)
    done = CliRunner().invoke(forget, list(words), obj=workspace.path)
    assert cure in str(done.exception)
    assert not list(workspace.audit.lines())


def test_people_wear_out_and_younger_ones_stay(workspace: Workspace) -> None:
    share(workspace, "https://one.example/", account=WHO, group=HALL, reporter=TELLER)
    share(workspace, "https://two.example/")
    assert workspace.people.worn_out(NOW + timedelta(days=1)) == 1
    assert workspace.people.wear_out(NOW).shares == 0
    assert workspace.people.wear_out(NOW + timedelta(days=1)).shares == 1
    one, two = (each for _, each in workspace.shares.with_links())
    assert (one.account, one.group, one.reporter, one.account_name, one.shared_at) == (
        None,
        None,
        None,
        "",
        None,
    )
    assert two.shared_at == NOW  # it never named anybody
    assert workspace.people.worn_out(NOW + timedelta(days=1)) == 0


def test_deleted_bytes_are_in_the_file_until_it_is_written_anew(workspace: Workspace) -> None:
    """The search can find: what it calls gone was there."""
    workspace.database.write("PRAGMA secure_delete = OFF")
    share(workspace, "https://one.example/", account=WHO)
    needle = tag(workspace.pseudonymiser.account(WHO))
    workspace.people.forget(workspace.pseudonymiser.account(WHO))
    assert traces.in_files(workspace.database.path, [needle])
    traces.rewrite(workspace.database)
    assert not traces.in_files(workspace.database.path, [needle])


def test_a_reader_that_holds_the_log_open_is_trouble_and_not_success(tmp_path: Path) -> None:
    with open_workspace(tmp_path, create=True) as opened:
        share(opened, "https://one.example/", account=WHO)
        reader = sqlite3.connect(opened.database.path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM shares").fetchone()
        opened.database.write("PRAGMA busy_timeout = 50")
        try:
            with pytest.raises(Exception, match=r"other processes hold|locked by another"):
                traces.rewrite(opened.database)
        finally:
            reader.close()
        traces.rewrite(opened.database)
