"""What the platform did: taken in row by row, and counted by announcements."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from blocklist.casework.applied import MAX_ERRORS, take_applied
from blocklist.commands.announce import announce
from blocklist.commands.measures import measures
from blocklist.errors import InputError
from blocklist.model import LIFTED, Applied, Listing, Post, Pseudonym
from blocklist.privacy import Pseudonymiser
from blocklist.public.announcements import draft_announcement
from blocklist.store import open_workspace
from tests.service_desk import open_desk

pytestmark = pytest.mark.edge

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ONE = "account:" + "1" * 32
GROUP = "group:" + "2" * 32


@pytest.fixture
def workspace(tmp_path):
    with open_workspace(tmp_path, create=True) as opened:
        yield opened


def taken(opened, *rows: object):
    return take_applied(opened, enumerate(rows, start=1), now=NOW)


def kept(opened) -> list[tuple[str, str, datetime]]:
    return [(one.subject, one.step, one.applied_at) for one in opened.applied.between(None, NOW)]


# --- rows -------------------------------------------------------------------------------------------------


def test_a_line_of_the_export_with_its_time_is_kept_once(workspace) -> None:
    row = {"subject": ONE, "step": "limit", "grade": 3, "applied_at": "2026-11-22T10:00:00+02:00"}
    first, again = taken(workspace, row), taken(workspace, row)
    assert (first.accepted, first.duplicate, again.accepted, again.duplicate) == (1, 0, 0, 1)
    assert kept(workspace) == [(ONE, "limit", datetime(2026, 11, 22, 8, tzinfo=UTC))]


@pytest.mark.parametrize(
    ("row", "subject"),
    [
        ({"subject": "link:LG-ABCD234567", "step": "purge"}, "link:LG-ABCD234567"),
        ({"subject": "account:g2." + "1" * 32, "step": "warn"}, "account:g2." + "1" * 32),
        ({"subject": "content:" + "1" * 32, "step": "hide"}, "content:" + "1" * 32),
    ],
)
def test_whatever_is_exported_can_be_reported_back(workspace, row, subject) -> None:
    assert taken(workspace, row).accepted == 1
    assert [one for one, _, _ in kept(workspace)] == [subject]


def test_the_platforms_own_ids_become_pseudonyms_and_are_never_on_disk(workspace) -> None:
    made = taken(workspace, {"account": "planted-account-7", "step": "warn"}, {"group": 7, "step": "close"})
    assert made.accepted == 2
    people = workspace.pseudonymiser
    assert {subject for subject, _, _ in kept(workspace)} == {
        people.account("planted-account-7"),
        people.group("7"),
    }
    files = [file.read_bytes() for file in workspace.path.glob("linkgazette.db*")]
    assert not any(b"planted-account-7" in data for data in files)


@pytest.mark.parametrize(
    ("row", "field", "error"),
    [
        (b"{", "", "not JSON"),
        (b"\xff", "", "not JSON"),
        ([], "", "not a JSON object"),
        ({"step": "warn"}, "subject", "is to be given"),
        ({"subject": ONE, "account": "7", "step": "warn"}, "subject", "is to be given"),
        ({"subject": "account:u7", "step": "warn"}, "subject", "is no pseudonym"),
        ({"subject": "reporter:" + "1" * 32, "step": "warn"}, "subject", "is no pseudonym"),
        ({"subject": 7, "step": "warn"}, "subject", "is no pseudonym"),
        ({"account": "", "step": "warn"}, "account", "is no id"),
        ({"account": True, "step": "warn"}, "account", "is no id"),
        ({"account": 7.5, "step": "warn"}, "account", "is no id"),
        ({"group": "x" * 1025, "step": "close"}, "group", "is no id"),
        ({"subject": ONE}, "step", "is none for accounts; expected one of close, lifted, limit, warn"),
        ({"subject": ONE, "step": "wrn"}, "step", "expected one of"),
        ({"subject": ONE, "step": ["warn"]}, "step", "expected one of"),
        ({"subject": "link:shop.example/", "step": "block"}, "subject", "is no pseudonym"),
        (
            {"subject": "link:LG-ABCD234567", "step": "delete"},
            "step",
            "is none for links; expected one of block",
        ),
        ({"content_id": "m1", "step": "block"}, "step", "is none for contents; expected one of delete, hide"),
        ({"subject": GROUP, "step": "warn"}, "step", "is none for groups; expected one of close, lifted"),
        ({"subject": ONE, "step": "warn", "applied_at": "soon"}, "applied_at", "is not a time"),
        ({"subject": ONE, "step": "warn", "applied_at": 1}, "applied_at", "is not a time"),
        ({"subject": ONE, "step": "warn", "applied_at": "2026-11-22T12:00:01Z"}, "applied_at", "to come"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_the_others_are_kept(workspace, row, field, error) -> None:
    made = taken(workspace, row, {"subject": ONE, "step": "warn"})
    assert (made.read, made.accepted, made.rejected) == (2, 1, 1)
    (wrong,) = made.errors
    assert (wrong["row"], wrong["field"]) == (1, field)
    assert error in wrong["error"]
    assert "\n" not in wrong["error"]


def test_all_problems_are_counted_and_the_first_are_named(workspace) -> None:
    made = taken(workspace, *[{}] * (MAX_ERRORS + 1))
    assert (made.rejected, len(made.errors)) == (MAX_ERRORS + 1, MAX_ERRORS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([ONE, "warn"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["subject", "account", "group", "content_id", "step", "applied_at"]), inner
        )
    ),
)


@given(st.lists(JSON | st.binary(), max_size=5))
def test_whatever_is_sent_is_taken_or_named(rows) -> None:
    made = take_applied(Memory(), enumerate(rows), now=NOW)  # type: ignore[arg-type] # all it asks of one
    assert made.read == len(rows) == made.accepted + made.duplicate + made.rejected
    assert len(made.errors) == made.rejected


class Memory:
    """What ``take_applied`` asks of a workspace."""

    def __init__(self) -> None:
        self.pseudonymiser = Pseudonymiser(b"k")
        self.policy = self
        self.ladder = ()
        self.applied = self.successions = self

    def note(self, people: object, pairs: list[object]) -> None:
        assert (people, pairs) == ((), [])

    def add(self, reports: list[Applied], *, now: datetime) -> int:
        assert now == NOW
        return len(reports)


# --- the command ------------------------------------------------------------------------------------------


def run(folder: Path, text: str, *more: str) -> Result:
    return CliRunner().invoke(measures, ["--applied", "-", *more], obj=folder, input=text)


def test_the_command_names_the_lines_and_keeps_the_rest(tmp_path) -> None:
    open_workspace(tmp_path, create=True).close()
    text = f'{{"subject": "{ONE}", "step": "warn"}}\n\n{{"step": "warn"}}\n'
    result = run(tmp_path, text)
    assert result.exit_code == 0
    assert "read 2 rows: 1 measures taken in, 0 known already, 1 rejected" in result.stdout
    assert 'line 3: "subject" is to be given' in result.stderr
    report = orjson.loads(run(tmp_path, text, "--json").stdout)
    assert (report["read"], report["rejected"], report["errors"][0]["row"]) == (2, 1, 3)


def test_an_id_as_long_as_intake_takes_is_taken(workspace) -> None:
    """Intake knew people of ids up to 1,024 characters, whose measures could not be reported by these."""
    assert taken(workspace, {"account": "u" * 1024, "step": LIFTED}).accepted == 1
    assert taken(workspace, {"account": "u" * 1025, "step": LIFTED}).rejected == 1


def test_a_file_without_a_usable_row_is_refused(tmp_path) -> None:
    open_workspace(tmp_path, create=True).close()
    result = run(tmp_path, "[]\n")
    assert isinstance(result.exception, InputError)


# --- the door ---------------------------------------------------------------------------------------------


def test_an_admins_key_reports_what_was_done(tmp_path) -> None:
    with open_desk(tmp_path / "ws", published=False) as desk:
        rows = [{"account": "u7", "step": "close"}, {"account": "u8", "step": "shut"}]
        key = desk.key(Post.ADMIN)
        answer = desk.public.post("/api/measures/applied", json=rows, headers=key)
        assert answer.status_code == 200
        said = answer.json()
        assert (said["read"], said["accepted"], said["rejected"]) == (2, 1, 1)
        assert (said["errors"][0]["row"], said["errors"][0]["field"]) == (2, "step")
        (one,) = desk.workspace.applied.between(None, desk.now)
        assert (one.subject, one.step) == (desk.workspace.pseudonymiser.account("u7"), "close")
        none = desk.public.post("/api/measures/applied", json=rows[1:], headers=key)
        assert (none.status_code, "none of 1 rows" in none.json()["detail"]) == (422, True)
        empty = desk.public.post("/api/measures/applied", json=[], headers=key)
        assert empty.status_code == 400
        refused = desk.public.post("/api/measures/applied", json=rows, headers=desk.key())
        assert refused.status_code == 403


def test_the_same_report_again_gets_the_same_answer(tmp_path) -> None:
    with open_desk(tmp_path / "ws", published=False) as desk:
        key = desk.key(Post.ADMIN) | {"Idempotency-Key": "batch-7"}
        rows = [{"account": "u7", "step": "close"}, {"content_id": "m1", "step": "delete"}]
        first, again = (desk.public.post("/api/measures/applied", json=rows, headers=key) for _ in range(2))
        assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)
        assert (again.headers["Idempotent-Replayed"], again.json()["accepted"]) == ("true", 2)
        other = desk.public.post("/api/measures/applied", json=rows[:1], headers=key)
        assert (other.status_code, "another body" in other.json()["detail"]) == (422, True)
        wrong = desk.public.post(
            "/api/measures/applied", json=rows, headers={**key, "Idempotency-Key": "a b"}
        )
        assert wrong.status_code == 400
        made = desk.workspace.api_keys.all()[0].id
        desk.workspace.api_keys.answer(made, "batch-7", b"", b"late", now=desk.now)  # both came at once
        assert desk.workspace.api_keys.answered(made, "batch-7")[1] == first.content
        nothing = {**key, "Idempotency-Key": "batch-8"}
        for _ in range(2):  # what was refused is not kept: the mended body may come under the same key
            assert desk.public.post("/api/measures/applied", json=[{}], headers=nothing).status_code == 422
        assert desk.public.post("/api/measures/applied", json=rows, headers=nothing).status_code == 200


# --- announcements ----------------------------------------------------------------------------------------


def done(subject: str, step: str, hours_ago: int) -> Applied:
    moment = NOW - timedelta(hours=hours_ago)
    return Applied(subject=Pseudonym(subject), step=step, applied_at=moment)


@pytest.mark.parametrize(
    ("applied", "said", "accounts", "groups"),
    [
        ([], False, {}, {}),
        ([done(ONE, "close", 25)], False, {}, {}),  # of the period before
        ([done(ONE, "warn", 5), done(GROUP, "restrict", 4)], True, {"warn": 1}, {"restrict": 1}),
        ([done(ONE, "warn", 5), done(ONE, "close", 4)], True, {"close": 1}, {}),  # one account counts once
        ([done(ONE, "close", 5), done(ONE, LIFTED, 4)], True, {}, {}),
    ],
)
def test_an_announcement_counts_what_was_done_in_its_period(applied, said, accounts, groups) -> None:
    made = draft_announcement(
        listing=Listing(entries=(), aliases=(), tombstones=(), review=()),
        findings=[],
        shares=[],
        ladder=(),
        since=NOW - timedelta(days=1),
        until=NOW,
        now=NOW,
        applied=applied,
    )
    assert (made.applied, made.accounts, made.groups) == (said, accounts, groups)


def test_the_text_says_taken_once_something_came_back(tmp_path) -> None:
    open_workspace(tmp_path, create=True).close()
    run(tmp_path, f'{{"subject": "{ONE}", "step": "close", "applied_at": "2026-01-05"}}\n')
    result = CliRunner().invoke(announce, ["--since", "2026-01-01", "--until", "2026-02-01"], obj=tmp_path)
    assert "Accounts, closure: 1" in result.stdout
    assert "reported back which measures it took" in result.stdout
    assert "recommended to the platform" not in result.stdout
