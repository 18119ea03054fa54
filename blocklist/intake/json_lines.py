"""JSON Lines: one object of fields a line (``rows`` says which)."""

from collections.abc import Iterator

import orjson

from blocklist.intake.rows import Row, Rows
from blocklist.intake.source import Source


def read_json_lines(source: Source, rows: Rows) -> Iterator[Row]:
    """Yield a row for every line that is not blank."""
    for number, line, problem in source.lines():
        if problem:
            yield rows.problem(number, problem)
        elif line and not line.isspace():
            yield _row(number, line, rows)


def _row(number: int, line: str, rows: Rows) -> Row:
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError as problem:
        return rows.problem(number, f"not JSON ({problem.msg} at column {problem.pos + 1})")
    if not isinstance(fields, dict):
        return rows.problem(number, 'not a JSON object; expected {"url": …}')
    return rows.from_fields(number, fields)
