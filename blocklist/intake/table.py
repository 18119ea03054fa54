"""CSV and its dialects: comma, semicolon, tab or bar; a header line that names a ``url`` or ``text`` column.

::

    url,surface,account,account_name,shared_at
    https://shop.example/x,group,u77,Hardman,2026-05-04T10:00:00Z
"""

import csv
import re
from collections.abc import Iterator

from blocklist.errors import InputError
from blocklist.intake.fields import field_named
from blocklist.intake.rows import Row, Rows
from blocklist.intake.source import Source

_DELIMITERS = ",;\t|"
_PLAIN_NAME = re.compile(r"[\w -]{1,30}")


def read_table(source: Source, rows: Rows) -> Iterator[Row]:
    """Yield a row for every record below the header; raises InputError without a usable header."""
    lines = _Lines(source)
    first = next(lines, "").strip("\n")
    if first.lower().startswith("sep="):  # Excel's own first line
        first = next(lines, "").strip("\n")
    delimiter, names = _header(first, lines.number, rows.file)
    # A quoted field may run over lines; csv's own limit (131,072 characters) bounds one that is never closed.
    # Strict, since a quote left open would otherwise make one invented row of all lines up to the next quote.
    records = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        started = lines.number + 1
        record, error = _next(records)
        for number, problem in lines.take_problems():
            yield rows.problem(number, problem)
        if record is None and not error:
            return
        if record and len(names) == 1:
            record = [delimiter.join(record)]  # nothing to separate: "?a=1,2" is one URL
        if record and any(record[len(names) :]):
            error = f'{len(record)} fields under {len(names)} names; quote a field that holds "{delimiter}"'
        fields = {name: value for name, value in zip(names, record or (), strict=False) if name}
        if "\n" in fields.get("url", ""):
            error = "the url runs over lines; is a quote left open?"
        if error:
            lost = f"; lines {started} to {lines.number} are not taken" if lines.number > started else ""
            yield rows.problem(started, error + lost)
        elif record and any(record):
            yield rows.from_fields(started, fields)


def _next(records: Iterator[list[str]]) -> tuple[list[str] | None, str]:
    """Return the next record, or why there is none (empty: the end)."""
    try:
        return next(records), ""
    except StopIteration:
        return None, ""
    except csv.Error as problem:
        return None, f"not CSV ({problem}); is a quote left open?"


class _Lines:
    """Lines for ``csv``, counted; those that cannot be used are set aside as problems and left out."""

    def __init__(self, source: Source) -> None:
        self._lines = source.lines()
        self._problems: list[tuple[int, str]] = []
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        for number, line, problem in self._lines:
            self.number = number
            if not problem:
                return line + "\n"
            self._problems.append((number, problem))
        raise StopIteration

    def take_problems(self) -> list[tuple[int, str]]:
        problems, self._problems = self._problems, []
        return problems


def _header(line: str, number: int, file: str) -> tuple[str, list[str]]:
    """Return the delimiter that makes most sense of the header, and our name (or none) for each column."""
    best = max(
        ((delimiter, _columns(line, delimiter)) for delimiter in _DELIMITERS),
        key=lambda choice: sum(map(bool, choice[1])),
    )
    if "url" in best[1] or "text" in best[1]:
        twice = [name for name in best[1] if name and best[1].count(name) > 1]
        if twice:
            raise InputError(f'{file} line {number}: two columns mean "{twice[0]}"; rename one of them')
        return best
    if not line.strip():
        raise InputError(f'{file}: is empty; expected a header line with a "url" or "text" column')
    # A file without a header has data in its first line, which may be private: only plain names are quoted.
    found = [name.strip() for name in line.split(best[0]) if _PLAIN_NAME.fullmatch(name.strip())]
    seen = f"; found {', '.join(found[:12])}" if found else ""
    raise InputError(f'{file} line {number}: no "url" or "text" column in the header{seen}; name one of them')


def _columns(line: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [field_named(cell) for cell in cells]
