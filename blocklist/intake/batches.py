"""Files to the store: checked before anything is stored, then streamed in batches, each one transaction."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from blocklist.errors import TroubleError
from blocklist.intake.reader import read_rows
from blocklist.intake.rows import Row, RowProblem
from blocklist.model import Share
from blocklist.privacy import Pseudonymiser
from blocklist.store import Workspace

MAX_ERRORS = 1000
"""Most problems kept in a report; ``rejected`` counts all of them."""
STANDARD_INPUT = Path("-")
_BATCH = 1000  # shares a transaction: larger ones gain little and hold the write lock longer


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

    def count(self, row: Row) -> None:
        """Count a row and its problems."""
        self.read += row.begins
        self.rejected += len(row.problems)
        self.errors.extend(row.problems[: MAX_ERRORS - len(self.errors)])


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
    batch: list[Share] = []
    try:
        for row in _all_rows(workspace, files):
            report.count(row)
            batch.extend(row.shares)
            if len(batch) >= _BATCH:
                _store(workspace, batch, report, now)
                progress(report.read)
        _store(workspace, batch, report, now)
    except TroubleError as problem:
        raise TroubleError(
            f"{problem}; {report.accepted} shares are kept, and the same intake may be run again: "
            "what is known is not kept twice"
        ) from problem
    progress(report.read)
    return report


def check_files(files: Sequence[Path]) -> None:
    """Raise InputError when a file cannot be opened, is no text, or is a table without a usable header.

    Nothing is kept and no workspace is needed; streams are left alone, since looking would use them up.
    """
    nobody = Pseudonymiser(b"")
    for file in files:
        if not _is_stream(file):
            with closing(read_rows(file, _name(file), nobody)) as rows:
                next(rows, None)  # opened, decoded, and its header understood


def _name(file: Path) -> str:
    """Return what errors call ``file``: bytes of its name that are no UTF-8 cannot be said in JSON."""
    return str(file).encode(errors="replace").decode()


def _is_stream(file: Path) -> bool:
    """Tell whether looking into ``file`` would use it up: standard input, a pipe, a device."""
    return file == STANDARD_INPUT or (file.exists() and not file.is_file() and not file.is_dir())


def _all_rows(workspace: Workspace, files: Sequence[Path]) -> Iterator[Row]:
    for file in files:
        source = sys.stdin.buffer if file == STANDARD_INPUT else file
        yield from read_rows(source, _name(file), workspace.pseudonymiser)


def _store(workspace: Workspace, batch: list[Share], report: IntakeReport, now: datetime) -> None:
    if batch:
        counts = workspace.shares.add(batch, now=now)
        report.accepted += counts.accepted
        report.duplicate += counts.duplicate
        report.links_new += counts.links_new
        batch.clear()
