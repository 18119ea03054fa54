"""What takes two people takes two by every way in: terminal, service, several at once, and by undoing."""

import sqlite3

import pytest
from click.testing import CliRunner

from blocklist.casework.answer import answer_appeal
from blocklist.casework.appeal import Claim, make_appeal
from blocklist.casework.batch import decide_together, undo_together
from blocklist.casework.decide import Word, decide, note, undo
from blocklist.casework.overriding import agreed_override
from blocklist.casework.second import settle
from blocklist.commands.publish import publish
from blocklist.commands.review import review
from blocklist.errors import BrakeError, InputError, RefusedError
from blocklist.model import Action, Label, Post, Scope
from blocklist.service.secrets import hash_secret
from blocklist.store import open_workspace
from blocklist.store.appeals import Outcome
from blocklist.store.cases import NoteKind
from tests.list_makers import NOW
from tests.list_workspace import visit
from tests.service_desk import SECRET, open_desk

pytestmark = pytest.mark.edge

GUARDED, PLAIN = "http://docs.google.com/document/d/abc", "http://doubtful.example/offer"
WORDS = {
    "a guarded host": (GUARDED, {}, "guarded-host"),
    "a whole domain": (PLAIN, {"scope": "domain"}, "domain-scope"),
    "a colleague's word": (PLAIN, {}, "overturns-a-person"),
}


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "ws") as opened:
        visit(opened.workspace, {GUARDED: Label.UNSURE, PLAIN: Label.UNSURE}, at=NOW)
        yield opened


def link_of(desk, url: str) -> int:
    return next(link for link, share in desk.workspace.shares.with_links() if share.url == url)


def by_terminal(desk, link: int, said: dict[str, str]) -> None:
    options = [part for name, value in said.items() for part in (f"--{name}", value)]
    words = ["confirm", str(link), "--reason", "x", "--category", "tobacco", "--by", "mo", *options]
    done = CliRunner().invoke(review, words, obj=desk.workspace.path)
    assert done.exit_code == 0, done.output


def by_service(desk, link: int, said: dict[str, str]) -> None:
    mo = desk.as_person("mo", Post.MODERATOR)
    mo.post(f"/cases/{link}", do="confirm", reason="x", category="tobacco", **said)


@pytest.mark.parametrize("way", [by_terminal, by_service])
@pytest.mark.parametrize("what", WORDS)
def test_it_waits_for_a_second_person(desk, what, way):
    url, said, why = WORDS[what]
    link = link_of(desk, url)
    if what == "a colleague's word":
        decide(desk.workspace, Word(link=link, action=Action.CLEAR, reason="x", by="ann"), now=desk.now)
    way(desk, link, said)
    held = desk.workspace.decisions.current(link)
    assert held is None or held.action is Action.CLEAR
    (proposal,) = desk.workspace.cases.proposed()
    assert proposal.why == why
    with pytest.raises(RefusedError, match="second person"):
        settle(desk.workspace, proposal.id, agree=True, by="Mo", now=desk.now)
    settle(desk.workspace, proposal.id, agree=True, by="sam", now=desk.now)
    assert desk.workspace.decisions.current(link).by == "mo & sam"


def test_what_a_colleague_cleared_is_not_accused_by_undoing_it(desk):
    """Undoing brought the accusation back by one person alone."""
    link = link_of(desk, PLAIN)

    def word(action: Action, by: str) -> Word:
        return Word(link=link, action=action, category="tobacco", reason="x", by=by)

    decide(desk.workspace, word(Action.CONFIRM, "mo"), now=desk.now)
    decide(desk.workspace, word(Action.CLEAR, "ann"), now=desk.now)
    with pytest.raises(RefusedError, match="ann cleared this link; confirm it instead"):
        undo(desk.workspace, link, reason="no", by="mo", now=desk.now)
    assert undo(desk.workspace, link, reason="a slip", by="ann", now=desk.now).action is Action.CLEAR
    assert desk.workspace.decisions.current(link).action is Action.CONFIRM
    undo(desk.workspace, link, reason="no", by="ann", now=desk.now)  # to clear, one is enough


def test_nor_by_undoing_several_together(desk):
    link = link_of(desk, PLAIN)
    word = Word(link=link, action=Action.CLEAR, reason="x", by="ann")
    batch, _ = decide_together(desk.workspace, word, [link], now=desk.now)
    with pytest.raises(RefusedError, match="ann cleared this link"):
        undo_together(desk.workspace, batch, reason="no", by="mo", now=desk.now)
    assert undo_together(desk.workspace, batch, reason="a slip", by="ann", now=desk.now).undone == 1


# --- several processes ------------------------------------------------------------------------------------


def proposal_of(desk, link: int) -> int:
    word = Word(link=link, action=Action.CONFIRM, scope=Scope.DOMAIN, category="tobacco", reason="x", by="mo")
    return decide(desk.workspace, word, now=desk.now).proposal


def appeal_of(desk, link: int) -> int:
    entry = desk.workspace.entries.current()[0].id
    return make_appeal(desk.workspace, Claim(entry=entry, statement="ours"), now=desk.now).appeal.id


def decided(desk, link: int) -> int:
    decide(desk.workspace, said(link), now=desk.now)
    return link


def itself(desk, link: int) -> int:
    return link


SPOKEN = {
    "decide": ("claims", "of", itself, lambda ws, link, now: decide(ws, said(link), now=now)),
    "note": (
        "claims",
        "of",
        itself,
        lambda ws, link, now: note(ws, ws.links.get(link), NoteKind.ESCALATE, reason="x", by="mo", now=now),
    ),
    "undo": (
        "decisions",
        "current",
        decided,
        lambda ws, link, now: undo(ws, link, reason="x", by="mo", now=now),
    ),
    "settle": (
        "cases",
        "proposal",
        proposal_of,
        lambda ws, number, now: settle(ws, number, agree=False, by="sam", now=now),
    ),
    "answer": (
        "appeals",
        "waiting",
        appeal_of,
        lambda ws, number, now: answer_appeal(ws, number, Outcome.UPHELD, reason="x", by="sam", now=now),
    ),
    "batch": (
        "decisions",
        "current",
        itself,
        lambda ws, link, now: decide_together(ws, said(link), [link], now=now),
    ),
}


def said(link: int) -> Word:
    return Word(link=link, action=Action.CLEAR, reason="x", by="mo")


@pytest.mark.parametrize("what", SPOKEN)
def test_nobody_speaks_between_what_is_looked_at_and_what_is_said_of_it(desk, monkeypatch, what):
    """Terminal and service are two processes: a proposal refused by one was put on record by the other."""
    room, name, prepared, speak = SPOKEN[what]
    number = prepared(desk, link_of(desk, PLAIN))
    ask, free = getattr(getattr(desk.workspace, room), name), []

    def asked(*given, **named):
        other = sqlite3.connect(desk.workspace.database.path, timeout=0)
        try:
            other.execute("BEGIN IMMEDIATE")
            free.append(what)
        except sqlite3.OperationalError:
            pass
        finally:
            other.close()
        return ask(*given, **named)

    monkeypatch.setattr(getattr(desk.workspace, room), name, asked)
    speak(desk.workspace, number, desk.now)
    assert free == []


# --- the brake --------------------------------------------------------------------------------------------


@pytest.fixture
def staffed(tmp_path):
    with open_workspace(tmp_path, create=True) as opened:
        assert opened.pseudonymiser
        for name, post in (
            ("mei", Post.MODERATOR),
            ("tom", Post.SENIOR),
            ("ada", Post.ADMIN),
            ("una", Post.AUDITOR),
            ("old", Post.SENIOR),
        ):
            opened.staff.add(name, post, "hash", now=NOW)
        opened.staff.end("old", now=NOW)
        yield opened


@pytest.mark.parametrize(
    ("override", "second", "wrong", "error", "said"),
    [
        ("mei: closed", "", "", RefusedError, "lifted by two people"),
        ("mei: closed", "una", "", RefusedError, "lifted by two people"),  # an auditor only reads
        ("mei: closed", "old", "", RefusedError, "lifted by two people"),
        (
            "tom: closed",
            "mei",
            "",
            RefusedError,
            "lifted by two people",
        ),  # a moderator asks, and agrees to none
        ("tom: closed", "tom", "", RefusedError, "cannot agree to their own"),
        ("una: closed", "tom", "", InputError, "names nobody who works here"),
        ("nobody: closed", "tom", "", InputError, "names nobody who works here"),
        ("closed", "tom", "", InputError, "must name a person and the reason"),
        ("mei: closed", "tom", "mei", RefusedError, "not the secret of mei"),
        ("mei: closed", "tom", "tom", RefusedError, "not the secret of tom"),
    ],
)
def test_the_brake_is_not_lifted_by_one(staffed, override, second, wrong, error, said):
    with pytest.raises(error, match=said):
        agreed_override(staffed, override, second, lambda person: person.name != wrong)


def test_two_who_prove_who_they_are_lift_it(staffed):
    assert agreed_override(staffed, " mei: closed: all", "tom", lambda _: True) == "mei & tom: closed: all"
    assert agreed_override(staffed, "", "", lambda _: False) == ""


def test_without_accounts_or_where_the_workspace_says_so_the_name_is_enough(tmp_path):
    with open_workspace(tmp_path, create=True) as opened:
        assert agreed_override(opened, "ann: closed", "", lambda _: False) == "ann: closed"
        opened.staff.add("mei", Post.SENIOR, "hash", now=NOW)
    (tmp_path / "linkgazette.toml").write_text("[serve]\ntwo_person = false\n")
    with open_workspace(tmp_path, create=False) as opened:
        assert agreed_override(opened, "ann: closed", "", lambda _: False) == "ann: closed"


def test_the_command_asks_both_and_the_log_names_them(desk, tmp_path):
    for name, post in (("mei", Post.MODERATOR), ("tom", Post.SENIOR)):
        desk.workspace.staff.add(name, post, hash_secret(SECRET), now=NOW)
    (entry,) = desk.workspace.entries.current()
    link = desk.workspace.verdicts.get(entry.verdict).link
    decide(desk.workspace, Word(link=link, action=Action.CLEAR, reason="x", by="mei"), now=desk.now)
    folder = desk.workspace.path

    def run(*words: str, secrets: str = ""):
        more = ["--out", str(folder / "public"), "--now", "2026-11-23T12:00:00Z", *words]
        return CliRunner().invoke(publish, more, obj=folder, input=secrets)

    assert isinstance(run().exception, BrakeError)
    assert isinstance(run("--override", "mei: a museum").exception, RefusedError)
    asked = ("--override", "mei: a museum", "--second", "tom")
    assert isinstance(run(*asked, secrets=f"{SECRET}\nwrong\n").exception, RefusedError)
    done = run(*asked, secrets=f"{SECRET}\n{SECRET}\n")
    assert done.exit_code == 0, done.output
    assert SECRET not in done.output
    assert desk.workspace.releases.latest().override == "mei & tom: a museum"
    last = list(desk.workspace.audit.lines())[-1]
    assert (last.by, last.action, last.detail) == ("mei & tom", "override", "mei & tom: a museum")
