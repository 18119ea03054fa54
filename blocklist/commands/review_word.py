"""A moderator's word from the terminal: confirm, clear, undo, escalate, have captured again, note.

``blocklist.commands.review`` gathers these commands.
"""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from blocklist.commands.desk_text import by_option, json_option, print_json, reason_option, shown_url
from blocklist.commands.terminal import speaks
from blocklist.model import Action, Scope


@click.command()
@click.argument("link", metavar="LINK")
@reason_option
@click.option("--category", metavar="ID", help="Category of the policy; the verdict's own if not given.")
@click.option("--grade", type=click.IntRange(1, 4), help="Severity, 1 to 4; the verdict's own if not given.")
@click.option(
    "--scope",
    type=click.Choice([scope.value for scope in Scope]),
    help="What to list; the narrowest if not given.",
)
@by_option
@json_option
@click.pass_obj
def confirm(
    workspace: Path,
    link: str,
    reason: str,
    category: str | None,
    grade: int | None,
    scope: str | None,
    by: str,
    as_json: bool,
) -> None:
    """Confirm that LINK's page offers contraband: it is listed at the next release.

    A guarded host, a whole domain, and what overturns another's word wait for a second person.
    """
    kept = None if scope is None else Scope(scope)
    _decide(workspace, link, Action.CONFIRM, as_json, reason, by, category=category, grade=grade, scope=kept)


@click.command()
@click.argument("link", metavar="LINK")
@reason_option
@by_option
@json_option
@click.pass_obj
def clear(workspace: Path, link: str, reason: str, by: str, as_json: bool) -> None:
    """Clear LINK: its page is not listed, and leaves the list at the next release."""
    _decide(workspace, link, Action.CLEAR, as_json, reason, by)


@click.command()
@click.argument("link", metavar="LINK")
@reason_option
@by_option
@click.pass_obj
def undo(workspace: Path, link: str, reason: str, by: str) -> None:
    """Withdraw the decision that holds on LINK: the one before it holds again."""
    from blocklist.casework.case import find_link
    from blocklist.casework.decide import undo as withdraw
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        found = find_link(opened, link)
        held = withdraw(opened, found.id, reason=reason, by=speaks(opened, by), now=datetime.now(UTC))
    click.echo(f"link {found.id}: decision {held.id} ({held.action}) is undone")


def _noting(kind: str) -> Callable[[Path, str, str, str], None]:
    def noted(workspace: Path, link: str, reason: str, by: str) -> None:
        from blocklist.casework.case import find_link
        from blocklist.casework.decide import note
        from blocklist.store import open_workspace
        from blocklist.store.cases import NoteKind

        with open_workspace(workspace, create=False) as opened:
            found = find_link(opened, link)
            note(opened, found, NoteKind(kind), reason=reason, by=speaks(opened, by), now=datetime.now(UTC))
        click.echo(f"link {found.id}: {kind} on record")

    return noted


@click.command()
@click.argument("link", metavar="LINK")
@reason_option
@by_option
@click.pass_obj
def escalate(workspace: Path, link: str, reason: str, by: str) -> None:
    """Leave LINK to a senior."""
    _noting("escalate")(workspace, link, reason, by)


@click.command()
@click.argument("link", metavar="LINK")
@reason_option
@by_option
@click.pass_obj
def recapture(workspace: Path, link: str, reason: str, by: str) -> None:
    """Have LINK visited again at once, by the next crawl."""
    _noting("recapture")(workspace, link, reason, by)


@click.command()
@click.argument("link", metavar="LINK")
@reason_option
@by_option
@click.pass_obj
def remark(workspace: Path, link: str, reason: str, by: str) -> None:
    """Keep a note on LINK for colleagues; it stays where it is."""
    _noting("remark")(workspace, link, reason, by)


def _decide(
    workspace: Path,
    link: str,
    action: Action,
    as_json: bool,
    reason: str,
    by: str,
    *,
    category: str | None = None,
    grade: int | None = None,
    scope: Scope | None = None,
) -> None:
    from blocklist.casework.case import find_link
    from blocklist.casework.decide import Word, decide
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        found = find_link(opened, link)
        word = Word(
            link=found.id,
            action=action,
            category=category,
            grade=grade,
            scope=scope,
            reason=reason,
            by=speaks(opened, by),
        )
        taken = decide(opened, word, now=datetime.now(UTC))
    made = taken.decision
    if as_json:
        lists = taken.lists and {"scope": taken.lists[0], "expression": taken.lists[1]}
        said = {"lists": lists, "proposal": taken.proposal, "why": taken.why}
        print_json({**dataclasses.asdict(made), **said})
        return
    if taken.proposal is not None:
        click.echo(
            f"link {made.link}: {made.action} waits for a second person ({taken.why}) as proposal "
            f"{taken.proposal}; another says `linkgazette review agree {taken.proposal}`"
        )
    else:
        click.echo(
            f"link {made.link}: {made.action} on record as decision {made.id}; the next release acts on it"
        )
    if taken.lists:
        word_on = " if no guard forbids it" if made.scope else ", or what holds it"
        click.echo(f"to be listed: {taken.lists[0]} {shown_url(taken.lists[1])}{word_on}")


WORDS = (confirm, clear, undo, escalate, recapture, remark)
