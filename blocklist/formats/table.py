r"""The entries as a table for people (RFC 4180, UTF-8): ``entries.csv``.

::

    id,scope,expression,key_sha256,host,category,grade,clause,listed_at,verified_at,expires_at,aliases,…
    LG-4QZ7M2K9XB,url,shop.example/offer?id=7,,shop.example,tobacco,2,LG-3.10,2026-03-01T12:00:00Z,…

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return as a
formula; such a cell gets an apostrophe in front, and so does one that begins with an apostrophe, so that the
table reads back. Aliases are separated by spaces, which no expression holds. ``records`` says more.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import orjson

from blocklist.errors import FormatError
from blocklist.formats.base import stamp
from blocklist.formats.records import Record, aliases_by_entry
from blocklist.model import Alias, Entry, ListKey, Scope
from blocklist.urls import key_hash

TABLE = "entries.csv"
COLUMNS = (
    "id", "scope", "expression", "key_sha256", "host", "category", "grade", "clause",
    "listed_at", "verified_at", "expires_at", "aliases", "alias_sha256",
)  # fmt: skip
HEAD = ",".join(COLUMNS).encode() + b"\r\n"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_HAS_FORMULA = re.compile(rb"\"[=+\-@']").search
_QUOTES, _COMMAS = 2 * len(COLUMNS), len(COLUMNS) - 1


def write_table(entries: Iterable[Entry], aliases: Iterable[Alias] = ()) -> bytes:
    """Write the entries by id, each with its aliases."""
    ordered = sorted(entries, key=lambda each: each.id)
    return HEAD + b"".join(table_rows(ordered, aliases_by_entry(aliases)))


def table_rows(entries: Iterable[Entry], leading: Mapping[str, Sequence[Alias]]) -> list[bytes]:
    """Write the row of each entry, with the aliases that ``leading`` has under its id."""
    rows: list[bytes] = []
    for each in entries:
        cells = _cells(each, leading.get(each.id, ()))
        # Written as JSON a row is there in a third of the time; most hold nothing that either would quote.
        said = orjson.dumps(cells, option=orjson.OPT_UTC_Z)
        row = said[2:-2].replace(b'","', b",")
        is_plain = said.count(b'"') == _QUOTES and row.count(b",") == _COMMAS and b"\\" not in row
        rows.append(b"%b\r\n" % row if is_plain and not _HAS_FORMULA(said) else _quoted(cells))
    return rows


def _quoted(cells: Iterable[str | datetime]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180; and then a bare CR in a cell is quoted
    writer.writerow([_safe(stamp(cell) if isinstance(cell, datetime) else cell) for cell in cells])
    return out.getvalue().encode()


def _cells(entry: Entry, aliases: Sequence[Alias]) -> tuple[str | datetime, ...]:
    return (
        entry.id,
        entry.scope,
        "" if entry.sensitive else entry.expression,
        key_hash(entry.expression).hex() if entry.sensitive else "",
        entry.host,
        entry.category,
        str(entry.grade),
        entry.clause,
        entry.listed_at,
        entry.verified_at,
        entry.expires_at,
        " ".join(sorted(each.expression for each in aliases if not each.sensitive)) if aliases else "",
        " ".join(sorted(key_hash(each.expression).hex() for each in aliases if each.sensitive))
        if aliases
        else "",
    )


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def parse_table(data: bytes) -> tuple[Record, ...]:
    """Read the table back; raise FormatError naming the line."""
    reader = csv.reader(io.StringIO(data.decode("utf-8", "replace"), newline=""))
    if tuple(next(reader, ())) != COLUMNS:
        raise FormatError(f"{TABLE} line 1: the columns are not {', '.join(COLUMNS)}")
    records = []
    for cells in reader:
        try:
            row = dict(zip(COLUMNS, (cell.removeprefix("'") for cell in cells), strict=True))
            records.append(_record(row))
        except ValueError as problem:
            raise FormatError(f"{TABLE} line {reader.line_num}: not an entry ({problem})") from problem
    return tuple(records)


def _record(row: dict[str, str]) -> Record:
    return Record(
        id=row["id"],
        scope=Scope(row["scope"]),
        expression=ListKey(row["expression"]) if row["expression"] else None,
        key_sha256=row["key_sha256"],
        host=row["host"],
        category=row["category"],
        grade=int(row["grade"]),
        clause=row["clause"],
        listed_at=datetime.fromisoformat(row["listed_at"]),
        verified_at=datetime.fromisoformat(row["verified_at"]),
        expires_at=datetime.fromisoformat(row["expires_at"]),
        aliases=tuple(ListKey(each) for each in row["aliases"].split()),
        alias_sha256=tuple(row["alias_sha256"].split()),
    )
