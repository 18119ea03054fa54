"""``review``: what waits for a moderator, what is known of it, and the moderator's word, from the terminal.

What a page or a reporter wrote is shown as text: addresses defanged, control and direction characters written
out, so that nothing on the screen acts or reads otherwise than it is.
"""

import dataclasses
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from blocklist.model import Action, Judgement, ReviewItem, Scope
from blocklist.urls import defang

if TYPE_CHECKING:
    from blocklist.casework.case import Case

_JSON = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
_CONTROLLING = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories whose characters a terminal may obey, or a reader cannot see."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
by_option = click.option(
    "--by",
    envvar="USER",
    required=True,
    metavar="NAME",
    show_envvar=True,
    help="Who decides; kept on record.",
)
reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why; kept on record.")


@click.group()
def review() -> None:
    """See what waits for a moderator, and decide.

    LINK is a link's number, as `list` shows it, or its URL. Decisions are kept for good, the newest on a link
    holds, and the next release acts on it.
    """


@review.command("list")
@click.option(
    "--rank",
    type=click.Choice(["priority", "confidence", "semantic"]),
    default="priority",
    show_default=True,
    help="What orders the cases: harm by reach by doubt, or grade and then confidence, or what moderators "
    "decided of alike pages (needs the extra `semantic`).",
)
@json_option
@click.pass_obj
def waiting(workspace: Path, rank: str, as_json: bool) -> None:
    """List what the latest release left to a moderator, the most pressing first."""
    from blocklist.casework.queue import queue
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        if rank == "priority":
            items = tuple(each.item for each in queue(opened))
        else:
            items = opened.review_queue.waiting()
        if rank == "semantic" and items:
            (point,) = entry_points(group="linkgazette.stages", name="rank")
            items = tuple(point.load()(opened, items))
    if as_json:
        _print_json({"waiting": [dataclasses.asdict(item) for item in items]})
        return
    click.echo(f"{len(items)} waiting" + ("" if items else "; `linkgazette publish` fills the queue"))
    for item in items:
        click.echo(f"{item.link:>8}  {_why(item)}  {_shown_url(item.url)}")


@review.command()
@click.argument("link", metavar="LINK")
@json_option
@click.pass_obj
def show(workspace: Path, link: str, as_json: bool) -> None:
    """Show what is known of LINK: why it waits, verdict, evidence, way, decisions."""
    from blocklist.casework.case import case_of, find_link
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        case = case_of(opened, find_link(opened, link))
    if as_json:
        _print_json(_for_machines(case))
        return
    for line in _lines(case):
        click.echo(line)


@review.command()
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


@review.command()
@click.argument("link", metavar="LINK")
@reason_option
@by_option
@json_option
@click.pass_obj
def clear(workspace: Path, link: str, reason: str, by: str, as_json: bool) -> None:
    """Clear LINK: its page is not listed, and leaves the list at the next release."""
    _decide(workspace, link, Action.CLEAR, as_json, reason, by)


@review.command()
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
        held = withdraw(opened, found.id, reason=reason, by=by, now=datetime.now(UTC))
    click.echo(f"link {found.id}: decision {held.id} ({held.action}) is undone")


def _noting(kind: str) -> Callable[[Path, str, str, str], None]:
    def noted(workspace: Path, link: str, reason: str, by: str) -> None:
        from blocklist.casework.case import find_link
        from blocklist.casework.decide import note
        from blocklist.store import open_workspace
        from blocklist.store.cases import NoteKind

        with open_workspace(workspace, create=False) as opened:
            found = find_link(opened, link)
            note(opened, found, NoteKind(kind), reason=reason, by=by, now=datetime.now(UTC))
        click.echo(f"link {found.id}: {kind} on record")

    return noted


@review.command()
@click.argument("link", metavar="LINK")
@reason_option
@by_option
@click.pass_obj
def escalate(workspace: Path, link: str, reason: str, by: str) -> None:
    """Leave LINK to a senior."""
    _noting("escalate")(workspace, link, reason, by)


@review.command()
@click.argument("link", metavar="LINK")
@reason_option
@by_option
@click.pass_obj
def recapture(workspace: Path, link: str, reason: str, by: str) -> None:
    """Have LINK visited again at once, by the next crawl."""
    _noting("recapture")(workspace, link, reason, by)


@review.command()
@json_option
@click.pass_obj
def proposals(workspace: Path, as_json: bool) -> None:
    """List what waits for a second person."""
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        found = opened.cases.proposed()
    if as_json:
        _print_json({"proposals": [dataclasses.asdict(one) for one in found]})
        return
    click.echo(f"{len(found)} waiting")
    for one in found:
        made = one.decision
        said = " ".join(filter(None, (made.action, made.category, made.scope)))
        click.echo(f"{one.id:>8}  link {made.link}: {said}, {one.why}")
        click.echo(f"          {plain(made.by)}: {plain(made.reason)}")


@review.command()
@click.argument("number", type=int)
@by_option
@click.pass_obj
def agree(workspace: Path, number: int, by: str) -> None:
    """Agree to proposal NUMBER, which another made: it is on record then."""
    _settle(workspace, number, by, agreed=True)


@review.command()
@click.argument("number", type=int)
@by_option
@click.pass_obj
def refuse(workspace: Path, number: int, by: str) -> None:
    """Refuse proposal NUMBER: it comes to nothing."""
    _settle(workspace, number, by, agreed=False)


@review.command()
@click.argument("count", type=click.IntRange(min=1), default=20)
@click.pass_obj
def sample(workspace: Path, count: int) -> None:
    """Draw COUNT listed entries at random, to be judged again (in `serve`) by who sees no verdict."""
    from blocklist.casework.blind import draw
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        drawn = draw(opened, count, now=datetime.now(UTC))
    click.echo(f"{drawn} drawn; moderators find them under Blind review")


@review.command()
@json_option
@click.pass_obj
def figures(workspace: Path, as_json: bool) -> None:
    """Show how often people agree, what of the machine's they overturned, and the blind re-review."""
    from blocklist.casework.oversight import figures as counted
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        found = counted(opened)
    if as_json:
        _print_json(dataclasses.asdict(found))
        return
    click.echo(f"{found.overturned} of {found.sure} verdicts that the machine was sure of were overturned")
    click.echo(f"{found.agreed} of {found.several} links that several people decided were decided alike")
    click.echo(f"{found.blind_upheld} of {found.blind_seen} listed pages judged blind are contraband")


def _settle(workspace: Path, number: int, by: str, *, agreed: bool) -> None:
    from blocklist.casework.decide import settle
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        kept = settle(opened, number, agree=agreed, by=by, now=datetime.now(UTC))
    became = "is refused" if kept is None else f"is on record as decision {kept.id}"
    click.echo(f"proposal {number} {became}")


def plain(text: str) -> str:
    r"""Write out each character that a terminal may obey or a reader cannot see, as ``\u202e``."""
    return "".join(_written(char) if unicodedata.category(char) in _CONTROLLING else char for char in text)


def _written(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"  # noqa: PLR2004 - the BMP


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
            link=found.id, action=action, category=category, grade=grade, scope=scope, reason=reason, by=by
        )
        taken = decide(opened, word, now=datetime.now(UTC))
    made = taken.decision
    if as_json:
        lists = taken.lists and {"scope": taken.lists[0], "expression": taken.lists[1]}
        said = {"lists": lists, "proposal": taken.proposal, "why": taken.why}
        _print_json({**dataclasses.asdict(made), **said})
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
        click.echo(f"to be listed: {taken.lists[0]} {_shown_url(taken.lists[1])}{word_on}")


def _for_machines(case: "Case") -> dict[str, Any]:
    first = case.captures[0] if case.captures else None
    return {
        "link": case.link,
        "waits": case.waits,
        "verdict": case.verdict,
        "capture": first,
        "captures": case.captures,
        "decisions": case.decisions,
        "undone": sorted(case.withdrawn),
        "notes": case.notes,
        "proposals": case.proposals,
        "reach": case.reach,
    }


def _lines(case: "Case") -> Iterator[str]:
    link, verdict = case.link, case.verdict
    yield f"link {link.id}  {_shown_url(link.url)}"
    if link.sensitive:
        yield f"  may carry a person: {', '.join(link.sensitive)}"
    for item in case.waits:
        yield f"  waits: {_why(item)}"
    if verdict is None:
        yield "  not visited yet"
        return
    judgement = verdict.judgement
    yield f"  {judgement.label}: {plain(judgement.reason)}"
    yield f"  {_weighed(judgement)}, by {verdict.by}"
    for capture in case.captures[:1]:
        yield from (f"  via {_shown_url(hop.url)} ({hop.status or 'no answer'})" for hop in capture.hops)
        if capture.failure is not None:
            yield f"  {capture.failure}: {plain(capture.failure_detail)}"
    if verdict.title:
        yield f"  title: {defang(plain(verdict.title))}"
    for fact in judgement.evidence:
        yield f"  {fact.weight:+.2f}  {fact.rule}: {defang(plain(fact.excerpt))}"
    yield from _history(case)


def _history(case: "Case") -> Iterator[str]:
    for decision in case.decisions:
        undone = " (undone)" if decision.id in case.withdrawn else ""
        when = decision.decided_at.date()
        yield f"  {when} {plain(decision.by)}: {decision.action}, {plain(decision.reason)}{undone}"
    for note in case.notes:
        yield f"  {note.at.date()} {plain(note.by)}: {note.kind}, {plain(note.reason)}"
    for proposal in case.proposals:
        yield f"  proposal {proposal.id} waits for a second person: {proposal.why}"


def _why(item: ReviewItem) -> str:
    return f"{_weighed(item)}: {item.reason}"


def _weighed(said: ReviewItem | Judgement) -> str:
    return f"{said.category or 'no category'}, grade {said.grade}, {said.confidence:.2f}"


def _shown_url(url: str) -> str:
    return defang(plain(url))


def _print_json(value: Any) -> None:
    click.echo(orjson.dumps(value, option=_JSON))
