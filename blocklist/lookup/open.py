"""Open a list for look-ups: a published folder, or the file ``entries.jsonl`` itself."""

from pathlib import Path

from blocklist.errors import InputError, TroubleError
from blocklist.formats.records import ENTRIES, parse_entries
from blocklist.lookup.index import Lookup


def open_list(folder: Path) -> Lookup:
    """Return the index of the list in ``folder`` (published folder, release, ``list``, or the file).

    Raises InputError when there is none, FormatError when it does not parse, TroubleError when unreadable.
    """
    path = _entries_file(folder)
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise TroubleError(f"{path}: cannot be read ({problem.strerror})") from problem
    return Lookup(parse_entries(data))


def _entries_file(folder: Path) -> Path:
    for path in (folder, folder / ENTRIES, folder / "list" / ENTRIES):
        if path.is_file():
            return path
    raise InputError(f"{folder}: holds no list/{ENTRIES}; name a published folder, such as public")
