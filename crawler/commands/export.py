"""``export``: data out of the workspace, one form a subcommand.

``decisions`` makes moderators' words a corpus in ``evaluate``'s format: what the moderator saw, read again
from the archive, with contacts masked. Nobody's name goes out and no address; a digest tells sites apart.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
import orjson

from blocklist.commands.export_tables import entries, evidence
from blocklist.commands.group import Group
from blocklist.errors import InputError, TroubleError
from blocklist.model import Action, Capture, Decision, Label, Verdict
from blocklist.privacy import mask_contacts
from blocklist.urls import host_of, registrable_domain

if TYPE_CHECKING:
    from blocklist.store import Workspace
    from crawler.readers import Reading

_BATCH = 200  # decisions read from the store at once
SOURCE = "moderators"


@click.group(cls=Group)
def export() -> None:
    """Take data out of the workspace."""


export.add_command(entries)
export.add_command(evidence)


@export.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Only those made since.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write here, not to standard output."
)
@click.pass_obj
def decisions(workspace: Path, since: datetime | None, out: Path | None) -> None:
    """Export moderators' decisions as labelled rows, for `linkgazette evaluate`; one JSON object a line.

    Each is the page as the moderator's case had it, with contacts masked; decisions whose page was not kept
    are counted and left out.
    """
    from blocklist.store import open_workspace

    moment = None if since is None else since.replace(tzinfo=UTC)
    counts = {"exported": 0, "without a page": 0}
    with open_workspace(workspace, create=False, write=False) as opened, _sink(out) as sink:
        for row in _rows(opened, moment, counts):
            sink.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    click.echo(", ".join(f"{count} {what}" for what, count in counts.items()), err=True)


@export.command("workspace")
@click.argument("out", type=click.Path(path_type=Path), metavar="DIR")
@click.pass_obj
def whole(workspace: Path, out: Path) -> None:
    """Copy the workspace to DIR, whole and of one moment, while others work on it.

    To restore, use the copy: `linkgazette --workspace DIR …`. It holds the pseudonym key: guard it as the
    workspace itself.
    """
    from blocklist.store import open_workspace
    from blocklist.store.backup import back_up

    with open_workspace(workspace, create=False, write=False) as opened:
        copied = back_up(opened, out)
    click.echo(f"{copied.files} files, {copied.bytes} bytes in {out}")
    for path in copied.outside:
        click.echo(f"note: not in it, since it lies elsewhere: {path}", err=True)


def _rows(workspace: "Workspace", since: datetime | None, counts: dict[str, int]) -> Iterator[dict[str, Any]]:
    from crawler.replay import read_again

    said: dict[int, Decision] = {}

    def stored() -> Iterator[tuple[Verdict, tuple[Capture]]]:
        after = 0
        while batch := workspace.decisions.judged(after=after, since=since, limit=_BATCH):
            for decision, verdict, capture in batch:
                assert decision.id is not None, "it was stored"
                after = decision.id
                if capture.archived is None or capture.failure is not None:
                    counts["without a page"] += 1
                else:
                    said[verdict.link] = decision
                    yield verdict, (capture,)

    for one in read_again(workspace, stored(), [workspace.policy], tells=True):
        decision = said.pop(one.verdict.link)
        if one.lost or one.readings[0].problem or one.readings[0].suppressed:
            counts["without a page"] += 1
            continue
        counts["exported"] += 1
        yield row_of(decision, one.verdict, one.readings[0])


def row_of(decision: Decision, verdict: Verdict, reading: "Reading") -> dict[str, Any]:
    """Make a labelled row of what a moderator said of a page, and what the machine had said of it."""
    confirmed = decision.action is Action.CONFIRM
    suspected = verdict.judgement.label is Label.CONTRABAND or verdict.judgement.category is not None
    site = _site(verdict)
    return {
        "id": f"decision-{decision.id}",
        "source": SOURCE,
        "lang": reading.lang,
        "kind": "page-text",
        "label": "contraband" if confirmed else "benign",
        "category": (decision.category or verdict.judgement.category) if confirmed else None,
        "hard_negative": not confirmed and suspected,
        "hn_kind": f"judged-{verdict.judgement.category}" if not confirmed and suspected else None,
        "label_basis": "read",
        "title": mask_contacts(reading.title),
        "text": reading.text,
        "site": site,
        "cluster": site,
        "decided_at": decision.decided_at,
    }


def _site(verdict: Verdict) -> str:
    if verdict.landing is None:
        return ""
    host = host_of(verdict.landing)
    return blake2b((registrable_domain(host) or host).encode(), digest_size=8).hexdigest()


@contextmanager
def _sink(out: Path | None) -> Iterator[IO[bytes]]:
    """Give standard output, or a file for its owner only that appears when it is whole."""
    if out is None:
        yield sys.stdout.buffer
        return
    if not out.name or out.is_dir():
        raise InputError(f"--out {out}: is a folder; name a file in it")
    aside = out.with_name(f".{out.name}.part")
    try:
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            yield file
        aside.replace(out)
    except OSError as problem:
        raise TroubleError(
            f"{out}: cannot be written ({problem.strerror}); choose another --out"
        ) from problem
    finally:
        aside.unlink(missing_ok=True)
