"""Open a list for look-ups: a published folder, or the file ``entries.jsonl`` itself."""

import hashlib
from datetime import datetime
from pathlib import Path

import orjson

from blocklist.errors import InputError, TroubleError
from blocklist.formats.records import ENTRIES, parse_entries
from blocklist.lookup.index import Lookup

MANIFEST = "manifest.json"


def open_list(folder: Path) -> Lookup:
    """Return the index of the list in ``folder`` (published folder, release, ``list``, or the file).

    Where a manifest lies beside the entries they must be the file that it names; its expiry is the index's.
    That the release is what it claims is left to ``verify``. Raises InputError when there is none, or a file
    that is empty or not the manifest's, FormatError when it does not parse, TroubleError when unreadable.
    """
    path = _entries_file(folder).resolve()  # both files from one release, whatever is published meanwhile
    data = _read(path)
    manifest = path.with_name(MANIFEST)
    if manifest.is_file():
        expires_at, digest = _promised(manifest)
        if hashlib.sha256(data).hexdigest() != digest:
            raise InputError(
                f"{path}: is not the file that {MANIFEST} beside it names; fetch or publish it again"
            )
        return Lookup(parse_entries(data, path.name), expires_at=expires_at)
    if not data:
        raise InputError(
            f"{path}: is empty, and no manifest beside it says that it should be; name a published folder"
        )
    return Lookup(parse_entries(data, path.name))


def _promised(manifest: Path) -> tuple[datetime, str]:
    """Return until when the list is fresh, and the digest of its entries."""
    try:
        said = orjson.loads(_read(manifest))
        expires_at = datetime.fromisoformat(said["expires_at"])
        if expires_at.tzinfo is None:
            raise ValueError("a time without its offset")  # noqa: TRY301 - one place says what is wrong
        return expires_at, str(said["files"][ENTRIES]["sha256"])
    except (KeyError, TypeError, ValueError) as problem:
        raise InputError(
            f"{manifest}: is not a manifest of a release; fetch or publish it again"
        ) from problem


def _entries_file(folder: Path) -> Path:
    for path in (folder, folder / ENTRIES, folder / "list" / ENTRIES):
        if path.is_file():
            return path
    raise InputError(f"{folder}: holds no list/{ENTRIES}; name a published folder, such as public")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise TroubleError(f"{path}: cannot be read ({problem.strerror})") from problem
