"""Which reader a file gets: by its ending, or by its first character where the ending does not say."""

from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path, PurePath
from typing import BinaryIO

import orjson

from blocklist.errors import InputError, RowError
from blocklist.intake.json_lines import read_json_lines
from blocklist.intake.plain import read_plain
from blocklist.intake.rows import Row, Rows
from blocklist.intake.source import Source, open_source
from blocklist.intake.table import read_table
from blocklist.intake.telegram import read_document
from blocklist.privacy import Pseudonymiser

_Reader = Callable[[Source, Rows], Iterator[Row]]
_BY_ENDING: Mapping[str, _Reader] = {
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".csv": read_table,
    ".tsv": read_table,
    ".txt": read_plain,
}


def read_rows(source: Path | BinaryIO, name: str, pseudonymiser: Pseudonymiser) -> Generator[Row]:
    """Yield what each row of ``source`` brings; ``name`` is what errors call it (``-``: standard input).

    Raises InputError when the file cannot be used at all, TroubleError when reading stops.
    """
    with open_source(source, name) as opened:
        try:
            yield from _reader(opened)(opened, Rows(name, pseudonymiser))
        except RowError as problem:  # readers report rows; one that forgets must at least name the file
            raise InputError(f"{name}: {problem}") from problem


def _reader(source: Source) -> _Reader:
    ending = PurePath(source.name).suffix.lower()
    if ending in _BY_ENDING:
        return _BY_ENDING[ending]
    start = source.head.lstrip()
    if ending == ".json":
        return read_json_lines if _is_object(start.partition(b"\n")[0]) else read_document
    return read_json_lines if start.startswith(b"{") else read_plain


def _is_object(line: bytes) -> bool:
    """Tell whether a ``.json`` file is JSON Lines: its first line is a whole row."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return isinstance(value, dict) and ("url" in value or "text" in value)
