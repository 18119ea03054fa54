"""Measures over an open workspace: what holds, what is new since the last export, and the export itself."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from blocklist.listing.measure_changes import ERRORS, Change, Standing, Wrong, changes
from blocklist.listing.measures import listed_links, recommend
from blocklist.model import Action, Measure, RemovalReason
from blocklist.store import Workspace
from blocklist.store.exported import Exported


def changes_since_export(workspace: Workspace, *, now: datetime) -> tuple[Change, ...]:
    """Return what an export at ``now`` would bring."""
    current = workspace.entries.current()
    listed = listed_links(findings := list(workspace.findings()), current, workspace.entries.aliases())
    stones = sorted(workspace.entries.tombstones(), key=lambda stone: stone.removed_at)
    holding = {entry.id for entry in current}
    ladder = workspace.policy.ladder
    wrong = Wrong(
        links={
            one.link.id: RemovalReason.APPEAL if one.decision.on_appeal else RemovalReason.ERROR
            for one in findings
            if one.decision is not None and one.decision.action is Action.CLEAR
        },
        entries={stone.id: stone.reason for stone in stones if stone.reason in ERRORS},
    )
    standing = {
        one.subject: Standing(id=number, step=one.step, rests_on=one.rests_on)
        for number, one in workspace.exported.standing().items()
        if one.step is not None
    }
    return changes(
        standing,
        recommend(workspace.shares.with_links(), listed, ladder, now=now),
        entries={link: entry.id for link, entry in listed.items()},
        wrong=wrong,
        gone={f"link:{stone.id}": stone.reason for stone in stones if stone.id not in holding},
        ladder=ladder,
    )


def export_measures(
    workspace: Workspace, write: Callable[[Sequence[dict[str, Any]]], None], *, now: datetime
) -> int:
    """Hand what is new to ``write``, and keep that it was exported once that is done; return how many lines.

    When ``write`` fails nothing is kept, and the next export brings the same lines under the same ids.
    """
    with workspace.database.transaction():
        found = changes_since_export(workspace, now=now)
        ids = workspace.exported.add(
            [
                Exported(
                    subject=one.subject,
                    step=one.measure.step if one.measure else None,
                    rests_on=one.rests_on,
                    corrects=one.corrects,
                    reason=one.reason,
                )
                for one in found
            ],
            now=now,
        )
        write([{"id": number, **change_row(one)} for number, one in zip(ids, found, strict=True)])
    return len(found)


def change_row(one: Change) -> dict[str, Any]:
    """Return a line of the export; a correction that leaves nothing, and an end, have the step None."""
    row = measure_row(one.measure) if one.measure else {"subject": one.subject, "step": None}
    if one.corrects is None:
        return {"kind": "measure", **row}
    kind = "correction" if one.reason in ERRORS else "end"
    return {"kind": kind, "corrects": one.corrects, "reason": one.reason, **row}


def measure_row(one: Measure) -> dict[str, Any]:
    """Return a measure as programs read it; of a link also its address, unless that may name a person."""
    row = {
        "subject": one.subject,
        "name": one.name,
        "role": one.role,
        "step": one.step,
        "grade": one.grade,
        "links": one.links,
        "categories": one.categories,
        "last_shared_at": one.last_shared_at,
    }
    if one.entry is None:
        return row
    address = None if one.entry.sensitive else one.entry.expression
    return {**row, "sharers": one.sharers, "scope": one.entry.scope, "expression": address}
