"""``linkgazette appeal``: appeals from the terminal, as the service takes and answers them."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import orjson

from blocklist.commands.desk_text import NUMBER
from blocklist.commands.group import Group
from blocklist.commands.terminal import SETTLES, speaks

_ANSWER_DAYS = 2  # an idempotent request is not repeated later than that
_JSON = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group(cls=Group)
def appeal() -> None:
    """Take appeals against entries, and answer them."""


@appeal.command()
@click.argument("entry")
@click.option("--statement", required=True, metavar="TEXT", help="What is wrong with the entry.")
@click.option("--contact", default="", help="Of the claimant; kept encrypted, erased after the answer.")
@click.option(
    "--proof", type=click.Choice(["dns", "file"]), help="How the claimant shows that the site is theirs."
)
@json_option
@click.pass_obj
def make(workspace: Path, entry: str, statement: str, contact: str, proof: str | None, as_json: bool) -> None:
    """Appeal against ENTRY (LG-…): its page is due again at once, and a ticket is printed, once."""
    from blocklist.casework.appeal import Claim, make_appeal
    from blocklist.store import open_workspace
    from blocklist.store.appeals import Proof

    claim = Claim(entry=entry, statement=statement, contact=contact, proof=Proof(proof or ""))
    with open_workspace(workspace, create=False) as opened:
        ticket = make_appeal(opened, claim, now=datetime.now(UTC))
    made = ticket.appeal
    if as_json:
        click.echo(orjson.dumps({**_said(made), "ticket": ticket.secret}, option=_JSON))
        return
    click.echo(f"appeal {made.id} against {made.entry}; answer due by {made.due_at:%Y-%m-%d %H:%M} UTC")
    click.echo(f"ticket {ticket.secret}")
    if made.proof is Proof.DNS:
        click.echo(f'publish: _linkgazette.{made.proof_host}. TXT "linkgazette={made.proof_word}"')
    elif made.proof is Proof.FILE:
        click.echo(f"publish: /.well-known/linkgazette.txt holding linkgazette={made.proof_word}")


@appeal.command("list")
@json_option
@click.pass_obj
def waiting(workspace: Path, as_json: bool) -> None:
    """List the appeals that wait for an answer, the most urgent first, those against one entry together."""
    from blocklist.casework.answer import by_entry
    from blocklist.commands.desk_text import plain
    from blocklist.store import open_workspace
    from blocklist.urls import defang

    now = datetime.now(UTC)
    with open_workspace(workspace, create=False, write=False) as opened:
        found = opened.appeals.waiting()
        hands = opened.appeal_claims.held(now=now)
    if as_json:
        click.echo(orjson.dumps({"waiting": [_said(one) for one in found]}, option=_JSON))
        return
    click.echo(f"{len(found)} waiting")
    for one in (each for group in by_entry(found) for each in group):
        late = " OVERDUE" if one.due_at < now else ""
        owner = " owner shown" if one.proved_at else ""
        hand = f" in the hands of {plain(hands[one.id].by)}" if one.id in hands else ""
        due = f"due {one.due_at.date()}{late}{owner}{hand}"
        click.echo(f"{one.id:>6}  {one.entry}  link {one.link or '-'}  {due}")
        click.echo(f"        {defang(plain(one.statement))}")


@appeal.command()
@click.argument("ticket")
@json_option
@click.pass_obj
def show(workspace: Path, ticket: str, as_json: bool) -> None:
    """Show where the appeal of TICKET stands."""
    from blocklist.casework.appeal import ticket_digest
    from blocklist.commands.desk_text import plain
    from blocklist.errors import InputError
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        found = opened.appeals.by_ticket(ticket_digest(ticket))
    if found is None:
        raise InputError("there is no appeal of that ticket; check that you copied all of it")
    if as_json:
        click.echo(orjson.dumps(_said(found), option=_JSON))
        return
    if found.settled_at is None:
        click.echo(f"appeal {found.id} against {found.entry}: waits; answer due by {found.due_at.date()}")
    else:
        click.echo(f"appeal {found.id} against {found.entry}: {found.outcome}, {plain(found.reason or '')}")


@appeal.command()
@click.pass_obj
def check(workspace: Path) -> None:
    """Look whether claimants show that the site is theirs, and erase contacts whose time is over.

    Run it by a timer, beside `crawl`.
    """
    from importlib.metadata import entry_points

    from blocklist.casework.appeal import keep_retention
    from blocklist.store import open_workspace

    (point,) = entry_points(group="linkgazette.stages", name="prove")
    now = datetime.now(UTC)
    with open_workspace(workspace, create=False) as opened:
        shown = point.load()(opened, now=now)
        erased = keep_retention(opened, now=now)
        opened.api_keys.forget_answers(now - timedelta(days=_ANSWER_DAYS))
    click.echo(f"{shown} shown to be the owner's; {erased} contacts erased")


@appeal.command()
@click.argument("number", type=NUMBER)
@click.argument("outcome", type=click.Choice(["upheld", "rejected"]))
@click.option("--reason", required=True, metavar="TEXT", help="The claimant reads it.")
@click.option("--by", envvar="USER", required=True, metavar="NAME", show_envvar=True, help="Who answers.")
@click.option(
    "--also", type=int, multiple=True, metavar="NUMBER", help="Another appeal against the entry to reject so."
)
@click.pass_obj
def answer(workspace: Path, number: int, outcome: str, reason: str, by: str, also: tuple[int, ...]) -> None:
    """Answer appeal NUMBER; what is upheld leaves the list at the next release, and answers all like it."""
    from blocklist.casework.answer import answer_appeal
    from blocklist.store import open_workspace
    from blocklist.store.appeals import Outcome

    with open_workspace(workspace, create=False) as opened:
        name = speaks(opened, by, SETTLES, proves=True)
        now = datetime.now(UTC)
        found = answer_appeal(
            opened, number, Outcome(outcome), reason=reason, by=name, now=now, also=frozenset(also)
        )
    after = "; the entry leaves at the next release" if found.outcome is Outcome.UPHELD else ""
    click.echo(f"appeal {number}: {found.outcome}{after}")


def _said(one: Any) -> dict[str, Any]:
    """Return an appeal for machines: without contact and digest."""
    row = dataclasses.asdict(one)
    return {name: value for name, value in row.items() if name not in {"contact", "ticket"}}
