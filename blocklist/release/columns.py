"""What a publication remembers of the list it wrote, so that the next need write only what changed.

::

    .columns/columns.json    of which release; cells, first lines, tallies, seals of its files
    .columns/lines.npy …     by entry or claim: lengths, hashes, the order

In the workspace, where nobody writes but its owner, and not beside the releases: a server's folder may be
altered, and these lengths say where old lines are cut for a list that is signed. It is never needed: without
it, or where anything does not fit, the list is written from its entries alone, to the same bytes.
"""

import hashlib
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from inspect import getsourcefile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

import blocklist
from blocklist.formats import all_formats
from blocklist.formats.entry_index import IndexColumns
from blocklist.model import Scope
from blocklist.release.claims import Cell, Claims, Order
from blocklist.release.record_files import RecordColumns
from blocklist.release.seals import Seal
from blocklist.release.sets import Kind
from blocklist.release.splice import Numbers, ends
from blocklist.release.strips import Strip
from blocklist.release.tally import Tally

MEMORY = ".columns"
"""In the workspace."""
_ABOUT = "columns.json"
_SAYS = ("ada-url", "numpy", "orjson", "publicsuffixlist")
"""Libraries that have a say in what is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """One list as it was written."""

    record: RecordColumns
    order: Order
    strips: dict[str, Strip]
    """By the name of their format."""
    seals: Mapping[str, Seal]
    """Of the files that hold all of these, by name; all there once the last of them is finished."""


def remember(folder: Path, columns: Columns, claims: Claims, digest: str) -> None:
    """Keep ``columns`` of the release of that digest in ``folder``, in place of what was kept."""
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)  # the seals are nobody else's to read
    for name, column in _columns(columns):
        np.save(part / name, column)
    about = {
        "digest": digest,
        "written_by": fingerprint(),
        "claims": claims_digest(claims),
        "cells": [[*cell.kind, cell.scope] for cell in columns.order.cells],
        "sizes": np.diff(columns.order.bounds).tolist(),
        "seals": {name: [part.hex() for part in seal] for name, seal in columns.seals.items()},
        "strips": {name: _about(strip) for name, strip in columns.strips.items()},
    }
    (part / _ABOUT).write_bytes(orjson.dumps(about))
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def recall(folder: Path, claims: Claims, digest: str) -> Columns | None:
    """Return what is remembered of the release of that digest and those ``claims``; None: not enough."""
    try:
        about = orjson.loads((folder / _ABOUT).read_bytes())
        known = about["digest"], about["written_by"], about["claims"]
        if known != (digest, fingerprint(), claims_digest(claims)):
            return None
        return _recalled(folder, about)
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError):
        return None


@cache
def fingerprint() -> str:
    """Return a digest of all code that decides what the files say: another version may say it otherwise."""
    digest = hashlib.sha256(repr((sys.version_info, [version(each) for each in _SAYS])).encode())
    ours = Path(blocklist.__path__[0])
    theirs = {Path(found) for each in all_formats() if (found := getsourcefile(each.say))}
    for path in sorted({*ours.rglob("*.py"), *theirs}):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def claims_digest(claims: Claims) -> str:
    """Return a digest of which claims these are."""
    digest = hashlib.sha256("\n".join(claims.ids).encode())
    for alias, number in claims.aliases:
        digest.update(f"{number} {alias.expression}\n".encode())
    return digest.hexdigest()


def _columns(columns: Columns) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    record = columns.record
    yield "numbers.npy", columns.order.numbers.astype(np.uint32)
    yield "lines.npy", record.lines.astype(np.uint32)
    yield "rows.npy", record.rows.astype(np.uint32)
    yield "marks.npy", record.marks
    for name, column in record.index._asdict().items():
        yield f"index-{name}.npy", column
    for name, strip in columns.strips.items():
        yield f"strip-{name}.npy", strip.lengths.astype(np.uint32)


def _about(strip: Strip) -> dict[str, Any]:
    tallies = [(each.entries, each.aliases, dict(each.omitted)) for each in strip.tallies]
    return {"head": strip.head.decode(), "tallies": tallies}


def _recalled(folder: Path, about: dict[str, Any]) -> Columns:
    def wide(name: str) -> Numbers:
        return np.asarray(np.load(folder / name), np.int64)

    index = IndexColumns(*(np.load(folder / f"index-{name}.npy") for name in IndexColumns._fields))
    strips = {}
    for form in all_formats():
        said = about["strips"][form.name]
        strips[form.name] = Strip(
            form=form,
            head=said["head"].encode(),
            lengths=wide(f"strip-{form.name}.npy"),
            tallies=[_tally(form.name, *each) for each in said["tallies"]],
        )
    return Columns(
        record=RecordColumns(wide("lines.npy"), wide("rows.npy"), index, np.load(folder / "marks.npy")),
        order=Order(
            cells=tuple(Cell(Kind(*kind), Scope(scope)) for *kind, scope in about["cells"]),
            bounds=ends(about["sizes"]),
            numbers=wide("numbers.npy"),
        ),
        strips=strips,
        seals={name: Seal(*map(bytes.fromhex, parts)) for name, parts in about["seals"].items()},
    )


def _tally(name: str, entries: int, aliases: int, omitted: dict[str, int]) -> Tally:
    return Tally(format=name, entries=entries, aliases=aliases, omitted=Counter(omitted))
