"""``review``: what waits for a moderator and what is known of it, from the terminal.

The words that moderators say are in the rooms beside it; the queue and its rules are ``casework``'s.
"""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blocklist.commands.desk_text import by_option, json_option, plain, print_json, shown_url
from blocklist.commands.group import Group
from blocklist.commands.review_batch import BATCHES
from blocklist.commands.review_oversight import OVERSIGHT
from blocklist.commands.review_second import SECOND
from blocklist.commands.review_word import WORDS
from blocklist.commands.terminal import speaks
from blocklist.model import Judgement, ReviewItem
from blocklist.urls import defang

if TYPE_CHECKING:
    from blocklist.casework.case import Case


@click.group(cls=Group)
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
@click.option("--category", default="", metavar="ID", help="Only cases of this category.")
@click.option("--language", default="", metavar="TAG", help="Only pages in this language, e.g. zh.")
@json_option
@click.pass_obj
def waiting(workspace: Path, rank: str, category: str, language: str, as_json: bool) -> None:
    """List what the latest release left to a moderator, the most pressing first."""
    from blocklist.casework.queue import Wanted, queue
    from blocklist.store import open_workspace

    wanted = Wanted(category=category, lang=language)
    with open_workspace(workspace, create=False, write=False) as opened:
        found = [each for each in queue(opened, now=datetime.now(UTC)) if wanted.holds(each)]
        items = tuple(each.item for each in found)
        hands = {each.item.link: each.claim.by for each in found if each.claim is not None}
        if rank == "confidence":
            items = tuple(sorted(items, key=lambda each: (-each.grade, -each.confidence)))
        if rank == "semantic" and items:
            (point,) = entry_points(group="linkgazette.stages", name="rank")
            items = tuple(point.load()(opened, items))
    if as_json:
        print_json({"waiting": [dataclasses.asdict(item) for item in items]})
        return
    click.echo(f"{len(items)} waiting" + ("" if items else "; `linkgazette publish` fills the queue"))
    for item in items:
        hand = f"  (in the hands of {plain(hands[item.link])})" if item.link in hands else ""
        click.echo(f"{item.link:>8}  {_why(item)}  {shown_url(item.url)}{hand}")


@review.command("next")
@click.option("--category", default="", metavar="ID", help="Only cases of this category.")
@click.option("--language", default="", metavar="TAG", help="Only pages in this language, e.g. zh.")
@by_option
@click.pass_obj
def take(workspace: Path, category: str, language: str, by: str) -> None:
    """Take the most pressing case that nobody has in hand, and show it; it is yours for a while."""
    from blocklist.casework.case import case_of
    from blocklist.casework.claims import take_next
    from blocklist.casework.queue import Wanted, queue
    from blocklist.store import open_workspace

    now, wanted = datetime.now(UTC), Wanted(category=category, lang=language)
    with open_workspace(workspace, create=False) as opened:
        waiting = [each for each in queue(opened, now=now) if wanted.holds(each)]
        claim = take_next(opened, waiting, by=speaks(opened, by), senior=True, now=now)
        case = None if claim is None else case_of(opened, opened.links.get(claim.number), now=now)
    if claim is None or case is None:
        click.echo("nothing is left that you could take")
        return
    click.echo(f"yours until {claim.until:%H:%M} UTC")
    for line in _lines(case):
        click.echo(line)


@review.command()
@click.argument("link", metavar="LINK")
@json_option
@click.pass_obj
def show(workspace: Path, link: str, as_json: bool) -> None:
    """Show what is known of LINK: why it waits, verdict, evidence, way, decisions."""
    from blocklist.casework.case import case_of, find_link
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        case = case_of(opened, find_link(opened, link), now=datetime.now(UTC))
    if as_json:
        print_json(_for_machines(case))
        return
    for line in _lines(case):
        click.echo(line)


for each in (*WORDS, *SECOND, *BATCHES, *OVERSIGHT):
    review.add_command(each)


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
    yield f"link {link.id}  {shown_url(link.url)}"
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
        yield from (f"  via {shown_url(hop.url)} ({hop.status or 'no answer'})" for hop in capture.hops)
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
