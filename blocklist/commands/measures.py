"""``linkgazette measures``: what is recommended for accounts, groups, content and links."""

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click
import orjson

from blocklist.commands.duration import Duration
from blocklist.errors import InputError, TroubleError

_SHOWN = 10  # problems printed for a person; --json gives more
_JSON = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with counts and all measures.")
@click.option(
    "--applied",
    type=click.File("rb"),
    metavar="FILE|-",
    help="Take in what the platform did: JSON Lines with subject (or account, group, content_id), step, "
    "applied_at.",
)
@click.option("--dry-run", is_flag=True, help="Print what --export would write, and keep nothing.")
@click.option(
    "--export",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE|-",
    help="Write what is new since the last export, corrections first, and keep that it was exported.",
)
@click.option("--deliver", is_flag=True, help="Send what is new, and what has not arrived, to [webhook] url.")
@click.option("--again", is_flag=True, help="With --deliver: try once more what was given up.")
@click.option(
    "--for",
    "seconds",
    type=Duration(),
    default=None,
    metavar="TIME",
    help="With --deliver: stay and try again for so long: 90s, 10m, 2h; else what is due now.",
)
@click.pass_obj
def measures(
    workspace: Path,
    as_json: bool,
    applied: BinaryIO | None,
    dry_run: bool,
    export: Path | None,
    deliver: bool,
    again: bool,
    seconds: float | None,
) -> None:
    """Print the recommended measure for each account, group, message and link, one JSON object a line.

    Only distinct links count whose page is on the list; the policy's ladder turns grade and repetition into a
    step. Accounts, groups and content (messages and posts) are pseudonyms (see `linkgazette pseudonym`), a
    link is named by its entry; nothing is applied by us.

    --export gives each line an id; a measure that rested on a link listed in error comes again as a
    correction, which names the id in "corrects" and says in "step" what is left (null: nothing). An end does
    the same for a link that has left the list.

    --deliver posts the same lines to the platform, signed as Standard Webhooks has it, in order, each message
    again under the same id until it has arrived or was tried [webhook] attempts times. Exit code 3: something
    waits for a later run; 1: something was given up.

    What the platform did comes back with --applied: a line of this command with "applied_at" added, or the
    platform's own id as "account", "group" or "content_id", never kept. The step "lifted" says that it was
    taken back.
    Announcements then count what was done.
    """
    if (applied is not None) + dry_run + (export is not None) + deliver > 1:
        raise InputError("give one of --applied, --deliver, --dry-run and --export")
    if (again or seconds) and not deliver:
        raise InputError("--again and --for belong to --deliver")
    if deliver:
        sys.exit(_deliver(workspace, seconds or 0.0, again=again, as_json=as_json))
    if dry_run or export is not None:
        _export(workspace, export, as_json=as_json)
        return
    if applied is not None:
        _take(workspace, applied, as_json=as_json)
        return
    from blocklist.casework.measuring import measure_row
    from blocklist.listing.measures import listed_links, recommend
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        listed = listed_links(opened.findings(), opened.entries.current(), opened.entries.aliases())
        found = recommend(opened.shares.with_links(), listed, opened.policy.ladder, now=datetime.now(UTC))
        policy = opened.policy.digest
    rows = [measure_row(one) for one in found]
    if as_json:
        counts = dict.fromkeys(("accounts", "groups", "contents", "links"), 0)
        for one in found:
            counts[f"{one.subject.partition(':')[0]}s"] += 1
        click.echo(orjson.dumps({**counts, "policy": policy, "measures": rows}, option=_JSON))
        return
    for row in rows:
        click.echo(orjson.dumps(row, option=_JSON))
    if not rows:
        click.echo("nobody has shared a listed link", err=True)


def _export(workspace: Path, file: Path | None, *, as_json: bool) -> None:
    """Write what is new to ``file``; None: print it and keep nothing."""
    from blocklist.casework.measuring import change_row, changes_since_export, export_measures
    from blocklist.store import open_workspace

    if as_json:
        raise InputError("--export and --dry-run give JSON Lines; leave --json out")

    def write(rows: Sequence[dict[str, Any]]) -> None:
        data = b"".join(orjson.dumps(row, option=_JSON | orjson.OPT_APPEND_NEWLINE) for row in rows)
        if file is None or str(file) == "-":
            click.echo(data, nl=False)
            return
        try:
            with file.open("xb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
        except FileExistsError as wrong:
            raise InputError(f"{file}: is there already, an earlier export perhaps; name another") from wrong
        except OSError as wrong:
            raise TroubleError(f"{file}: cannot be written ({wrong.strerror})") from wrong

    now = datetime.now(UTC)
    with open_workspace(workspace, create=False, write=file is not None) as opened:
        if file is None:
            write([change_row(one) for one in changes_since_export(opened, now=now)])
            return
        count = export_measures(opened, write, now=now)
    click.echo(f"{count} lines exported", err=True)


def _deliver(workspace: Path, seconds: float, *, again: bool, as_json: bool) -> int:
    """Send what is new; return the exit code."""
    from blocklist.casework.delivering import deliver, poster
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False) as opened:
        done = deliver(opened, poster(opened.config.webhook), seconds=seconds, revive=again)
    if as_json:
        click.echo(orjson.dumps(asdict(done), option=_JSON))
    else:
        click.echo(
            f"{done.queued} lines are new; {done.delivered} messages delivered, {done.waiting} wait, "
            f"{done.dead} given up"
        )
    if done.problem:
        click.echo(f"the last try failed: {done.problem}", err=True)
    return 3 if done.waiting else 1 if done.dead else 0


def _take(workspace: Path, file: BinaryIO, *, as_json: bool) -> None:
    from blocklist.casework.applied import take_applied
    from blocklist.store import open_workspace

    rows = ((number, line) for number, line in enumerate(file, start=1) if line.strip())
    with open_workspace(workspace, create=False) as opened:
        made = take_applied(opened, rows, now=datetime.now(UTC))
    if as_json:
        click.echo(orjson.dumps(asdict(made), option=_JSON))
    else:
        click.echo(
            f"read {made.read} rows: {made.accepted} measures taken in, {made.duplicate} known already, "
            f"{made.rejected} rejected"
        )
        for wrong in made.errors[:_SHOWN]:
            click.echo(f"  line {wrong['row']}: {wrong['error']}", err=True)
    if made.rejected and made.rejected == made.read:
        raise InputError("no row can be used; mend the rows that are named")
