"""Files to batches of shares that are ready to be kept; no store is needed for it."""

import sys
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from blocklist.intake.reader import read_rows
from blocklist.intake.rows import RowProblem
from blocklist.privacy import Pseudonymiser
from blocklist.store.shares import Ready

MAX_ERRORS = 1000
"""Most problems told; ``rejected`` counts all of them."""
STANDARD_INPUT = Path("-")
_SHARES = 20_000
"""Shares a transaction: each writes most pages of the indexes, however few shares it holds; the write lock is
held for a second at most."""


@dataclass(slots=True, kw_only=True)
class Batch:
    """Some rows, and what they brought."""

    read: int = 0
    rejected: int = 0
    errors: list[RowProblem] = field(default_factory=list)
    """The first ``MAX_ERRORS`` of this batch."""
    shares: list[Ready] = field(default_factory=list)


def read_batches(files: Sequence[Path], people: Pseudonymiser) -> Generator[Batch]:
    """Yield all rows of ``files`` in batches; raises as ``read_rows``, after what was read until then."""
    batch = Batch()
    try:
        for file in files:
            source = sys.stdin.buffer if file == STANDARD_INPUT else file
            for row in read_rows(source, name_of(file), people):
                batch.read += row.begins
                if row.problems:
                    batch.rejected += len(row.problems)
                    batch.errors.extend(row.problems[: MAX_ERRORS - len(batch.errors)])
                batch.shares += row.shares
                if len(batch.shares) >= _SHARES:
                    yield batch
                    batch = Batch()
    except Exception:
        yield batch
        raise
    yield batch


def name_of(file: Path) -> str:
    """Return what errors call ``file``: bytes of its name that are no UTF-8 cannot be said in JSON."""
    return str(file).encode(errors="replace").decode()


def is_stream(file: Path) -> bool:
    """Tell whether looking into ``file`` would use it up: standard input, a pipe, a device."""
    return file == STANDARD_INPUT or (file.exists() and not file.is_file() and not file.is_dir())
