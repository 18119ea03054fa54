"""``prune``: erase what was kept long enough: evidence, people in shares, contacts of claimants."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from blocklist.commands.terminal import seat
from blocklist.model import Label

if TYPE_CHECKING:
    from blocklist.store import Workspace

_BATCH = 200  # records between two notes in the database
_ANSWERS = timedelta(days=2)
"""An idempotent request is not repeated later than that."""


@click.command()
@click.option("--dry-run", is_flag=True, help="Erase nothing; only count.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def prune(workspace: Path, dry_run: bool, as_json: bool) -> None:
    """Erase what was kept long enough; run it by a timer.

    Pages, as [crawl] keep_…_days say: one stays while an entry of the list rests on it, and while visits find
    it unchanged. Verdicts, digests and dates stay for good; a page that was erased cannot be judged again.

    People in shares and what claimants said, as [privacy] keep_people_days says, and claimants' contacts, as
    [serve] contact_days says; the database file is then written anew, which needs its size in free room. A
    pseudonym key that was replaced longer ago than people are kept is destroyed. Sessions that are over and
    answers that may be asked for again go too.
    """
    from blocklist.shelf import shelf_of
    from blocklist.store import open_workspace
    from crawler.fetch.archive import erase

    now, records, captures, freed = datetime.now(UTC), 0, 0, 0
    with open_workspace(workspace, create=False, write=not dry_run) as opened:
        config, batch = opened.config.crawl, list[int]()
        keep = {
            Label.CLEAR: timedelta(days=config.keep_clear_days),
            Label.UNSURE: timedelta(days=config.keep_unsure_days),
            Label.CONTRABAND: timedelta(days=config.keep_contraband_days),
            Label.UNREACHABLE: timedelta(days=config.keep_clear_days),
        }
        for ids, capture in list(opened.evidence.worn_out(keep, now)):
            records, captures = records + 1, captures + len(ids)
            if not dry_run:
                # First the bytes, then the note: a run that is killed between erases them once more.
                erase(workspace, capture)
                batch += ids
                if len(batch) >= _BATCH:
                    opened.evidence.erased(batch, reason="kept long enough", now=now)
                    batch.clear()
        if not dry_run:
            opened.evidence.erased(batch, reason="kept long enough", now=now)
            for name in opened.evidence.empty_files():
                freed += shelf_of(workspace).remove(name)
        people = _people(opened, now, dry_run=dry_run)
    if as_json:
        pages = {"records": records, "captures": captures, "bytes_freed": freed}
        done = {**pages, **people, "dry_run": dry_run}
        click.echo(orjson.dumps(done, option=orjson.OPT_SORT_KEYS).decode())
        return
    verb = "would be erased" if dry_run else "erased"
    click.echo(f"{records} records of {captures} captures {verb}, {freed / 1e6:.1f} MB of whole files freed")
    said = f"{people['contacts']} contacts and {people['statements']} statements"
    click.echo(f"people in {people['shares']} shares, {said} {verb}")


def _people(opened: "Workspace", now: datetime, *, dry_run: bool) -> dict[str, int]:
    """Take people out whose time is over; raises TroubleError when the file cannot be written anew."""
    from blocklist.store.rotation import retire
    from blocklist.store.traces import rewrite

    old = now - timedelta(days=opened.config.privacy.keep_people_days)
    settled = now - timedelta(days=opened.config.serve.contact_days)
    if dry_run:
        return {
            "shares": opened.people.worn_out(old),
            "contacts": opened.appeals.old_contacts(settled),
            "statements": opened.appeals.old_statements(old),
        }
    with opened.database.transaction():
        gone = {
            "shares": opened.people.wear_out(old).shares,
            "contacts": opened.appeals.erase_contacts(settled),
            "statements": opened.appeals.wear_out(old),
        }
        opened.traits.wear_out(old)
        opened.staff.wear_out(now=now)
        opened.api_keys.wear_out(old)
        opened.api_keys.forget_answers(now - _ANSWERS)
        if any(gone.values()):
            detail = f"people in {gone['shares']} shares, {gone['contacts']} contacts, "
            detail += f"{gone['statements']} statements"
            opened.audit.add(seat(), "prune", "retention", detail, now=now)
    if any(gone.values()):
        rewrite(opened.database)
    retire(opened, by=seat(), now=now)
    return gone
