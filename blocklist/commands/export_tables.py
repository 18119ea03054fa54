"""``export entries|evidence``: what was ever listed, and on what, as tables for whoever analyses them.

An address that may carry a person is left out, as it is of everything published; a removed entry has its
dates and the reason, and no accusation any more.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from blocklist.store import Workspace

ENTRIES = {
    "id": "VARCHAR",
    "scope": "VARCHAR",
    "expression": "VARCHAR",
    "host": "VARCHAR",
    "category": "VARCHAR",
    "grade": "INTEGER",
    "clause": "VARCHAR",
    "decided_by": "VARCHAR",
    "first_seen": "TIMESTAMPTZ",
    "listed_at": "TIMESTAMPTZ",
    "verified_at": "TIMESTAMPTZ",
    "expires_at": "TIMESTAMPTZ",
    "removed_at": "TIMESTAMPTZ",
    "removal_reason": "VARCHAR",
}
"""One row for each time that something was listed; NULL: not known any more, or not removed."""
EVIDENCE = {
    "entry": "VARCHAR",
    "category": "VARCHAR",
    "grade": "INTEGER",
    "listed_at": "TIMESTAMPTZ",
    "rule": "VARCHAR",
    "kind": "VARCHAR",
    "weight": "DOUBLE",
    "excerpt": "VARCHAR",
}
"""One row for each piece of evidence of what is listed now."""

_OUT = click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="A .csv, or a .parquet (needs the extra `analysis`).",
)


@click.command()
@_OUT
@click.pass_obj
def entries(workspace: Path, out: Path) -> None:
    """Export every listing there ever was as a table, one row each, with its dates and why it ended."""
    _write(workspace, out, ENTRIES, entry_rows)


@click.command()
@_OUT
@click.pass_obj
def evidence(workspace: Path, out: Path) -> None:
    """Export the evidence of what is listed now as a table, one row each, contacts masked."""
    _write(workspace, out, EVIDENCE, evidence_rows)


def _write(workspace: Path, out: Path, columns: dict[str, str], rows: Any) -> None:
    from blocklist.commands.table_file import write_table
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        count = write_table(out, columns, rows(opened))
    click.echo(f"{count} rows in {out}", err=True)


def entry_rows(workspace: "Workspace") -> Iterator[tuple[Any, ...]]:
    """Yield the columns ENTRIES: what is listed by id, then what left in the order of leaving."""
    for each in workspace.entries.current():
        named = ("", "") if each.sensitive else (each.expression, each.host)
        told = (each.category, each.grade, each.clause, each.decided_by)
        dates = (each.first_seen, each.listed_at, each.verified_at, each.expires_at)
        yield (each.id, each.scope.value, *named, *told, *dates, None, None)
    for gone in workspace.entries.tombstones():
        left = (gone.removed_at, gone.reason.value)
        yield (gone.id, *[None] * 8, gone.listed_at, None, None, *left)


def evidence_rows(workspace: "Workspace") -> Iterator[tuple[Any, ...]]:
    """Yield the columns EVIDENCE, by entry."""
    for each in workspace.entries.current():
        for one in each.evidence:
            where = (each.id, each.category, each.grade, each.listed_at)
            yield (*where, one.rule, one.kind.value, one.weight, one.excerpt)
