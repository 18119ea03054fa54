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

from blocklist.errors import InputError, UrlError
from blocklist.model import Action, Decision, Judgement, Label, Link, ReviewItem, Scope, Verdict, WebUrl
from blocklist.scopes import expression_for
from blocklist.urls import defang, parse_url

if TYPE_CHECKING:
    from blocklist.store import Workspace

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
    type=click.Choice(["confidence", "semantic"]),
    default="confidence",
    show_default=True,
    help="What orders cases of one grade; semantic needs the extra of that name.",
)
@json_option
@click.pass_obj
def waiting(workspace: Path, rank: str, as_json: bool) -> None:
    """List what the latest release left to a moderator, gravest first."""
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
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
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        case = _case(opened, _find(opened, link))
    if as_json:
        _print_json(case)
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
    """Confirm that LINK's page offers contraband: it is listed at the next release."""

    def decision(opened: "Workspace", found: Link, verdict: Verdict) -> Decision:
        if verdict.judgement.label is Label.UNREACHABLE:
            raise InputError(
                f"link {found.id} was out of reach at its last visit; `linkgazette crawl` it first"
            )
        # Kept with the decision: a later verdict may see no goods, and the word must still say which.
        confirmed = _checked_category(opened, category or verdict.judgement.category)
        return Decision(
            link=found.id,
            action=Action.CONFIRM,
            category=confirmed,
            grade=grade,
            scope=None if scope is None else Scope(scope),
            reason=reason.strip(),
            by=by.strip(),
            decided_at=datetime.now(UTC),
        )

    _decide(workspace, link, decision, as_json)


@review.command()
@click.argument("link", metavar="LINK")
@reason_option
@by_option
@json_option
@click.pass_obj
def clear(workspace: Path, link: str, reason: str, by: str, as_json: bool) -> None:
    """Clear LINK: its page is not listed, and leaves the list at the next release."""

    def decision(_: "Workspace", found: Link, __: Verdict) -> Decision:
        return Decision(
            link=found.id,
            action=Action.CLEAR,
            reason=reason.strip(),
            by=by.strip(),
            decided_at=datetime.now(UTC),
        )

    _decide(workspace, link, decision, as_json)


def plain(text: str) -> str:
    r"""Write out each character that a terminal may obey or a reader cannot see, as ``\u202e``."""
    return "".join(_written(char) if unicodedata.category(char) in _CONTROLLING else char for char in text)


def _written(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"  # noqa: PLR2004 - the BMP


def _decide(
    workspace: Path, link: str, decision: Callable[["Workspace", Link, Verdict], Decision], as_json: bool
) -> None:
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        found = _find(opened, link)
        verdict = opened.verdicts.current(found.id)
        if verdict is None:
            raise InputError(f"link {found.id} was not visited yet; `linkgazette crawl` it first")
        made = decision(opened, found, verdict)
        if not made.reason or not made.by:
            raise InputError("a decision needs a reason and a name; fill in --reason and --by")
        made = dataclasses.replace(made, id=opened.decisions.add(made))
    lists = _lists(made, verdict.landing or found.url)
    if as_json:
        _print_json({**dataclasses.asdict(made), "lists": lists})
        return
    click.echo(
        f"link {made.link}: {made.action} on record as decision {made.id}; the next release acts on it"
    )
    if lists:
        word = " if no guard forbids it" if made.scope else ", or what holds it"
        click.echo(f"to be listed: {lists['scope']} {_shown_url(lists['expression'])}{word}")


def _lists(made: Decision, page: WebUrl) -> dict[str, str] | None:
    """Return what the decision asks to list; None: nothing."""
    if made.action is not Action.CONFIRM:
        return None
    scope = made.scope or Scope.URL
    return {"scope": scope.value, "expression": expression_for(scope, page)}


def _find(opened: "Workspace", link: str) -> Link:
    if link.isascii() and link.isdigit():
        try:
            return opened.links.get(int(link))
        except (KeyError, OverflowError) as problem:
            raise InputError(
                f"no link {link} is under watch; `linkgazette review list` shows numbers"
            ) from problem
    try:
        found = opened.links.find(parse_url(link))
    except UrlError as problem:
        raise InputError(f"LINK is neither a number nor a URL: {problem}") from problem
    if found is None:
        raise InputError("that URL is not under watch; `linkgazette intake` it first")
    return found


def _checked_category(opened: "Workspace", category: str | None) -> str:
    known = ", ".join(sorted(opened.policy.categories))
    if category is None:
        raise InputError(f"the verdict names no category; add --category, one of {known}")
    if category not in opened.policy.categories:
        raise InputError(f"{plain(category)} is no category of the policy; --category takes one of {known}")
    return category


def _case(opened: "Workspace", link: Link) -> dict[str, Any]:
    verdict = opened.verdicts.current(link.id)
    capture = opened.captures.get(verdict.captures[0]) if verdict and verdict.captures else None
    return {
        "link": link,
        "waits": opened.review_queue.of(link.id),
        "verdict": verdict,
        "capture": capture,
        "decisions": tuple(opened.decisions.of(link.id)),
    }


def _lines(case: dict[str, Any]) -> Iterator[str]:
    link, verdict, capture = case["link"], case["verdict"], case["capture"]
    yield f"link {link.id}  {_shown_url(link.url)}"
    if link.sensitive:
        yield f"  may carry a person: {', '.join(link.sensitive)}"
    for item in case["waits"]:
        yield f"  waits: {_why(item)}"
    if verdict is None:
        yield "  not visited yet"
        return
    judgement = verdict.judgement
    yield f"  {judgement.label}: {plain(judgement.reason)}"
    yield f"  {_weighed(judgement)}, by {verdict.by}"
    if capture is not None:
        yield from (f"  via {_shown_url(hop.url)} ({hop.status or 'no answer'})" for hop in capture.hops)
        if capture.failure is not None:
            yield f"  {capture.failure}: {plain(capture.failure_detail)}"
    if verdict.title:
        yield f"  title: {defang(plain(verdict.title))}"
    for fact in judgement.evidence:
        yield f"  {fact.weight:+.2f}  {fact.rule}: {defang(plain(fact.excerpt))}"
    for decision in case["decisions"]:
        when = decision.decided_at.date()
        yield f"  {when} {plain(decision.by)}: {decision.action}, {plain(decision.reason)}"


def _why(item: ReviewItem) -> str:
    return f"{_weighed(item)}: {item.reason}"


def _weighed(said: ReviewItem | Judgement) -> str:
    return f"{said.category or 'no category'}, grade {said.grade}, {said.confidence:.2f}"


def _shown_url(url: str) -> str:
    return defang(plain(url))


def _print_json(value: Any) -> None:
    click.echo(orjson.dumps(value, option=_JSON))
