"""Several cases at once, from the terminal: what is like a case, and one word on an obvious campaign.

``blocklist.commands.review`` gathers these commands.
"""

from datetime import UTC, datetime
from pathlib import Path

import click

from blocklist.commands.desk_text import (
    NUMBER,
    by_option,
    json_option,
    print_json,
    reason_option,
    shown_url,
)
from blocklist.commands.terminal import speaks
from blocklist.model import Action


@click.command()
@click.argument("link", metavar="LINK")
@json_option
@click.pass_obj
def similar(workspace: Path, link: str, as_json: bool) -> None:
    """Show the cases like LINK's, and what they have in common."""
    from blocklist.casework.case import find_link
    from blocklist.casework.similar import similar_to
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        found = similar_to(opened, find_link(opened, link).id)
    if as_json:
        rows = [
            {
                "link": one.link.id,
                "url": one.link.url,
                "why": one.why,
                "text": one.text,
                "contacts": one.contacts,
                "label": one.verdict.judgement.label,
                "decision": one.decision and one.decision.action,
            }
            for one in found
        ]
        print_json({"similar": rows})
        return
    click.echo(f"{len(found)} like it")
    for one in found:
        said = one.decision.action if one.decision else one.verdict.judgement.label
        common = ", ".join(each if each != "text" else f"{one.text:.0%} of the text" for each in one.why)
        click.echo(f"{one.link.id:>8}  {said}  {common}  {shown_url(one.link.url)}")


@click.command()
@click.argument("action", type=click.Choice([Action.CONFIRM.value, Action.CLEAR.value]))
@click.argument("link", metavar="LINK")
@click.argument("others", metavar="LINK…", type=NUMBER, nargs=-1, required=True)
@reason_option
@click.option("--category", metavar="ID", help="Category of the policy; each verdict's own if not given.")
@click.option("--grade", type=click.IntRange(1, 4), help="Severity, 1 to 4; each verdict's own if not given.")
@by_option
@click.pass_obj
def batch(
    workspace: Path,
    action: str,
    link: str,
    others: tuple[int, ...],
    reason: str,
    category: str | None,
    grade: int | None,
    by: str,
) -> None:
    """Confirm or clear LINK and the numbered cases like it (`similar`), with one reason.

    Each decision is on record by itself; `undo-batch` undoes them together.
    """
    from blocklist.casework.batch import decide_together
    from blocklist.casework.case import find_link
    from blocklist.casework.decide import Word
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        found, name = find_link(opened, link), speaks(opened, by)
        word = Word(
            link=found.id, action=Action(action), category=category, grade=grade, reason=reason, by=name
        )
        number, size = decide_together(opened, word, {found.id, *others}, now=datetime.now(UTC))
    click.echo(f"batch {number}: {action} of {size} cases on record; `review undo-batch {number}` undoes it")


@click.command("undo-batch")
@click.argument("number", type=NUMBER)
@reason_option
@by_option
@click.pass_obj
def undo_batch(workspace: Path, number: int, reason: str, by: str) -> None:
    """Withdraw the decisions of batch NUMBER that still hold."""
    from blocklist.casework.batch import undo_together
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        done = undo_together(opened, number, reason=reason, by=speaks(opened, by), now=datetime.now(UTC))
    kept = f"; {done.kept} were decided anew since, and hold" if done.kept else ""
    click.echo(f"batch {number}: {done.undone} decisions are undone{kept}")


BATCHES = (similar, batch, undo_batch)
