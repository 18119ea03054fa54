"""A table in a file for whoever analyses it: CSV (RFC 4180, UTF-8), or Parquet by the extra ``analysis``.

Rows are streamed; the file appears when it is whole, for its owner only. A column has a name and a type of
SQL's, which Parquet keeps. In CSV an empty cell is NULL, and a cell that a spreadsheet would run as a formula
gets an apostrophe in front.
"""

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from blocklist.errors import InputError, TroubleError

SUFFIXES = (".csv", ".parquet")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


def write_table(out: Path, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> int:
    """Write ``rows`` to ``out`` and return how many; ``columns`` is name -> type, in order.

    Raises InputError for a name that ends in neither suffix, or when Parquet is asked without the extra;
    TroubleError when the disk will not have it.
    """
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES or out.is_dir():
        raise InputError(f"{out}: is neither a .csv nor a .parquet; name such a file")
    if suffix == ".parquet" and find_spec("duckdb") is None:
        raise InputError("Parquet is written by DuckDB; install it with: pip install 'linkgazette[analysis]'")
    aside, packed = (out.with_name(f".{out.name}.{kind}.part") for kind in ("csv", "packed"))
    try:
        count = _write_csv(aside, columns, rows, guarded=suffix == ".csv")
        if suffix == ".parquet":
            _pack(aside, packed, columns)
            packed.chmod(0o600)
            packed.replace(aside)
        aside.replace(out)
    except OSError as problem:
        raise TroubleError(
            f"{out}: cannot be written ({problem.strerror}); choose another --out"
        ) from problem
    finally:
        aside.unlink(missing_ok=True)
        packed.unlink(missing_ok=True)
    return count


def _write_csv(
    path: Path, columns: Mapping[str, str], rows: Iterable[Sequence[Any]], *, guarded: bool
) -> int:
    count = 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_cell(value, guarded=guarded) for value in row])
            count += 1
    return count


def _cell(value: Any, *, guarded: bool) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if guarded and isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _pack(source: Path, out: Path, columns: Mapping[str, str]) -> None:
    """Make Parquet of a CSV; types are told, never guessed."""
    import duckdb

    try:
        with duckdb.connect() as opened:
            opened.execute("SET TimeZone = 'UTC'")
            table = opened.read_csv(
                str(source), header=True, sep=",", dtype=dict(columns), quotechar='"', escapechar='"'
            )
            table.write_parquet(str(out), compression="zstd")
    except duckdb.Error as problem:
        raise TroubleError(f"{out}: cannot be written ({str(problem).splitlines()[0]})") from problem
