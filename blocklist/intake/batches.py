"""Files to the store: checked before anything is stored, then streamed in batches, each one transaction."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from blocklist.errors import TroubleError
from blocklist.intake.read_batches import MAX_ERRORS, Batch, is_stream, name_of, read_batches
from blocklist.intake.reader import read_rows
from blocklist.intake.rows import RowProblem
from blocklist.privacy import Pseudonymiser
from blocklist.store import Workspace


@dataclass(slots=True, kw_only=True)
class IntakeReport:
    """What became of the rows of all files."""

    read: int = 0
    """Rows that held anything: lines, records, messages."""
    accepted: int = 0
    """Shares kept; one row may bring several."""
    duplicate: int = 0
    """Shares that were known, all but the names alike."""
    rejected: int = 0
    """Rows, or URLs in them, that could not be used."""
    links_new: int = 0
    errors: list[RowProblem] = field(default_factory=list)
    """The first ``MAX_ERRORS`` reasons."""

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``intake --json`` prints (DESIGN.md section 6)."""
        return {
            "read": self.read,
            "accepted": self.accepted,
            "duplicate": self.duplicate,
            "rejected": self.rejected,
            "links_new": self.links_new,
            "errors": [{"file": e.file, "line": e.line, "error": e.error} for e in self.errors],
        }


def take_in(
    workspace: Workspace,
    files: Sequence[Path],
    *,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> IntakeReport:
    """Store the shares of ``files`` (``-``: standard input); what is counted is on disk.

    ``progress`` is told the rows read so far. Raises InputError before anything is stored when a file cannot
    be opened, is no text, or is a table without a usable header.
    """
    check_files(files)
    report = IntakeReport()
    try:
        with closing(read_batches(files, workspace.pseudonymiser)) as batches:
            for batch in batches:
                _store(workspace, batch, report, now)
                progress(report.read)
    except TroubleError as problem:
        raise TroubleError(
            f"{problem}; {report.accepted} shares are kept, and the same intake may be run again: "
            "what is known is not kept twice"
        ) from problem
    return report


def check_files(files: Sequence[Path]) -> None:
    """Raise InputError when a file cannot be opened, is no text, or is a table without a usable header.

    Nothing is kept and no workspace is needed; streams are left alone, since looking would use them up.
    """
    nobody = Pseudonymiser(b"")
    for file in files:
        if not is_stream(file):
            with closing(read_rows(file, name_of(file), nobody)) as rows:
                next(rows, None)  # opened, decoded, and its header understood


def _store(workspace: Workspace, batch: Batch, report: IntakeReport, now: datetime) -> None:
    if batch.shares:
        counts = workspace.shares.add_ready(batch.shares, now=now)
        report.accepted += counts.accepted
        report.duplicate += counts.duplicate
        report.links_new += counts.links_new
    report.read += batch.read
    report.rejected += batch.rejected
    report.errors.extend(batch.errors[: MAX_ERRORS - len(report.errors)])
