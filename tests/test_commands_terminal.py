"""Who speaks from a terminal: names are of those who work here, the account is on record, a second proves."""

import os

import pytest
from click.testing import CliRunner

from blocklist.cli import root
from blocklist.commands import terminal
from blocklist.errors import InputError, RefusedError
from blocklist.model import Action, Post, Scope
from tests.service_desk import SECRET, open_desk

pytestmark = pytest.mark.edge


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "ws") as opened:
        yield opened


@pytest.fixture
def run(desk):
    def run(*arguments, said=""):
        command = ["--workspace", str(desk.workspace.path), *map(str, arguments)]
        return CliRunner().invoke(root, command, input=said, env={"USER": "somebody-else"})

    return run


def doubtful(desk):
    waiting = desk.workspace.review_queue.waiting()
    return next(each.link for each in waiting if "doubtful" in each.url)


def audited(desk):
    return [(line.by, line.action) for line in desk.workspace.audit.lines()]


def test_the_account_is_on_record_by_its_number_and_not_by_what_the_environment_says(desk, run):
    link = doubtful(desk)
    assert run("review", "clear", link, "--reason", "x", "--by", "mo").exit_code == 0
    assert ("somebody-else" in terminal.seat(), terminal.seat().startswith("terminal ")) == (False, True)
    assert audited(desk)[-1] == (f"mo ({terminal.seat()})", "clear")
    (decision,) = desk.workspace.decisions.of(link)
    assert decision.by == "mo"


def test_an_account_without_a_name_is_called_by_its_number(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert terminal.seat() == "terminal uid 4000000"


def test_where_people_log_in_a_name_is_one_of_theirs(desk, run):
    """Whoever misspelt their own name could have agreed to their own proposal."""
    desk.person("mei", Post.MODERATOR)
    desk.person("kim", Post.AUDITOR)
    desk.person("ann", Post.ADMIN)
    link = doubtful(desk)
    for name, wrong in (("mey", InputError), ("kim", RefusedError), ("ann", RefusedError)):
        for command in (("clear", link), ("escalate", link), ("undo", link), ("recapture", link)):
            assert isinstance(run("review", *command, "--reason", "x", "--by", name).exception, wrong)
    assert list(desk.workspace.decisions.of(link)) == []
    assert run("review", "clear", link, "--reason", "x", "--by", "mei").exit_code == 0


def test_a_second_persons_word_takes_their_secret(desk, run):
    for name, post in (("mei", Post.MODERATOR), ("sam", Post.SENIOR), ("mo", Post.MODERATOR)):
        desk.person(name, post)
    link = doubtful(desk)
    words = ("--category", "tobacco", "--scope", Scope.DOMAIN, "--reason", "x", "--by", "mei")
    assert run("review", "confirm", link, *words).exit_code == 0
    assert isinstance(run("review", "agree", 1, "--by", "mo").exception, RefusedError)
    assert isinstance(run("review", "agree", 1, "--by", "sam", said="wrong\n").exception, RefusedError)
    assert list(desk.workspace.decisions.of(link)) == []
    assert run("review", "agree", 1, "--by", "sam", said=f"{SECRET}\n").exit_code == 0
    assert [made.action for made in desk.workspace.decisions.of(link)] == [Action.CONFIRM]


def test_an_appeal_is_answered_by_a_senior_who_proves_it(desk, run):
    desk.person("mei", Post.MODERATOR)
    desk.person("sam", Post.SENIOR)
    (entry, *_) = desk.workspace.entries.current()
    assert run("appeal", "make", entry.id, "--statement", "a museum").exit_code == 0
    answer = ("appeal", "answer", 1, "upheld", "--reason", "it is a museum", "--by")
    assert isinstance(run(*answer, "mei").exception, RefusedError)
    assert isinstance(run(*answer, "sam", said="wrong\n").exception, RefusedError)
    assert run(*answer, "sam", said=f"{SECRET}\n").exit_code == 0
    assert audited(desk)[-1] == (f"sam ({terminal.seat()})", "upheld")


@pytest.mark.parametrize(
    "words",
    [
        ("review", "agree"),
        ("review", "refuse"),
        ("review", "undo-batch", "--reason", "x"),
        ("appeal", "answer", "--reason", "x", "upheld"),
    ],
)
def test_a_number_that_no_database_holds_is_unusable_input(run, words):
    command, name, *options = words
    outcome = [options.pop()] if len(options) % 2 else []
    done = run(command, name, 10**23, *outcome, *options, "--by", "sam")
    assert (done.exit_code, "is not in the range" in done.output) == (2, True), done.output


def test_an_appeal_of_such_a_number_cannot_be_forgotten(run):
    assert isinstance(run("forget", "appeal", 10**23).exception, InputError)


def test_who_agrees_to_no_override_is_refused(run, tmp_path):
    done = run("publish", "--second", "sam", "--out", tmp_path / "public")
    assert "--second says who agrees to --override" in str(done.exception)
