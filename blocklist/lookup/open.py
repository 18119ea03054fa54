"""Open a list for look-ups: a published folder, or the file ``entries.jsonl`` itself.

A published list is mapped, not read: its index lies beside it, and processes share the pages.
"""

import hashlib
import mmap
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from blocklist.errors import InputError, TroubleError
from blocklist.formats.entry_index import INDEX, parse_index
from blocklist.formats.records import ENTRIES, MANIFEST
from blocklist.lookup.index import Lookup


def open_list(folder: Path | str) -> Lookup:
    """Return the list in ``folder`` (published folder, release, ``list``, or the file), ready to be asked.

    Where a manifest lies beside the entries they must be those that it names: by size and by the index's word
    where there is an index, which takes milliseconds, else by digest. That the release is what it claims is
    left to ``verify``. Raises InputError when there is none, or a file that is empty or not the manifest's,
    FormatError when it does not parse, TroubleError when unreadable.
    """
    folder = Path(folder)
    path = _entries_file(folder).resolve()  # all files from one release, whatever is published meanwhile
    manifest, index = path.with_name(MANIFEST), path.with_name(INDEX)
    if not manifest.is_file():
        data = _read(path)
        if not data:
            raise InputError(
                f"{path}: is empty, and no manifest beside it says that it should be; name a published folder"
            )
        return Lookup(data, name=path.name)
    expires_at, promised = _promised(manifest)
    digest, size = promised["sha256"], promised["bytes"]
    if index.is_file():
        found = parse_index(_mapped(index), str(index))
        if (found.digest.hex(), found.size, path.stat().st_size) == (digest, size, size):
            return Lookup(_mapped(path), found, name=path.name, expires_at=expires_at)
    data = _read(path)
    if hashlib.sha256(data).hexdigest() != digest:
        raise InputError(
            f"{path}: is not the file that {MANIFEST} beside it names; fetch or publish it again"
        )
    return Lookup(data, name=path.name, expires_at=expires_at)


def _promised(manifest: Path) -> tuple[datetime, dict[str, Any]]:
    """Return until when the list is fresh, and what is said of its entries."""
    try:
        said = orjson.loads(_read(manifest))
        expires_at = datetime.fromisoformat(said["expires_at"])
        if expires_at.tzinfo is None:
            raise ValueError("a time without its offset")  # noqa: TRY301 - one place says what is wrong
        entries = said["files"][ENTRIES]
        return expires_at, {"sha256": str(entries["sha256"]), "bytes": int(entries["bytes"])}
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


def _mapped(path: Path) -> mmap.mmap | bytes:
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:
        return b""  # an empty file cannot be mapped
    except OSError as problem:
        raise TroubleError(f"{path}: cannot be read ({problem.strerror})") from problem
