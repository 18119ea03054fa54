"""A manifest as somebody else wrote it: its shape, checked whole before any of it is used.

What the files say is left to ``contents``; here only that each field is what ``build`` writes, that no name
leads out of the list, and that nothing a release must hold is missing from it.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from blocklist.errors import FormatError
from blocklist.formats import all_bundles, all_formats
from blocklist.formats.entry_index import INDEX
from blocklist.formats.prefixes import DIGESTS
from blocklist.formats.records import ENTRIES, MANIFEST, TOMBSTONES
from blocklist.formats.table import TABLE
from blocklist.release.build import SCHEMA
from blocklist.release.packed import SUFFIXES, is_packed
from blocklist.release.sets import BY_CATEGORY, GRADES, MIN_GRADE, SMALLER

MAX_SERIAL = 2**32 - 1  # what a zone's serial can say
MAX_BYTES = 2**32  # of one file: readers make room for what is claimed
_PART = r"[a-z0-9][a-z0-9._-]{0,99}"
_NAME = re.compile(rf"{_PART}(?:/{_PART}){{0,5}}", re.ASCII | re.IGNORECASE)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?Z")
_TALLIES = ("by_category", "by_grade", "by_scope")
_SHOWN = 3


def parse_manifest(raw: bytes, name: str) -> dict[str, Any]:
    """Return the manifest; raise FormatError naming the file ``name`` and the field that is wrong."""
    try:
        found = orjson.loads(raw)
        _check(found)
    except (KeyError, ValueError) as problem:
        what = f"{problem.args[0]} is missing" if isinstance(problem, KeyError) else problem
        raise FormatError(f"{name}: is not a manifest of a release ({what})") from problem
    assert isinstance(found, dict)
    return found


def missing_files(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Give what a release must hold and the manifest does not name, set by set."""
    files = manifest["files"]
    # A format that only the reader has installed is nothing that the publisher owes.
    formats = [each.filename for each in all_formats() if each.parse.__module__.startswith("blocklist.")]
    sets = {f"{BY_CATEGORY}/{each}/" for each in manifest["counts"]["by_category"]}
    sets |= {f"{MIN_GRADE}/{grade}/" for grade in GRADES} | {f"{name}/" for name in SMALLER} | {""}
    owed = {folder + base for folder in sets for base in formats}
    owed |= {ENTRIES, TABLE, TOMBSTONES, INDEX, DIGESTS}
    owed |= {
        name
        for each in all_bundles()
        if each.parse.__module__.startswith("blocklist.")
        for name in each.always
    }
    owed |= {name + suffix for name in owed for suffix in SUFFIXES}
    if absent := sorted(owed - files.keys()):
        more = f" and {len(absent) - _SHOWN} more" if len(absent) > _SHOWN else ""
        yield f"{MANIFEST}: does not name {', '.join(absent[:_SHOWN])}{more}"


def is_digest(value: object) -> bool:
    """Tell whether ``value`` is a SHA-256 in hex."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def is_count(value: object) -> bool:
    """Tell whether ``value`` is a whole number from 0; true and false are none."""
    return type(value) is int and value >= 0


def _check(found: Any) -> None:
    _need(isinstance(found, dict), "it is no JSON object")
    schema = found["schema"]
    _need(is_count(schema), "schema is no number")
    _need(schema == SCHEMA, f"schema {schema} is not {SCHEMA}; a newer linkgazette reads it")
    _need(is_count(found["serial"]) and 0 < found["serial"] <= MAX_SERIAL, "serial is no serial number")
    issued, expires = _time(found, "issued_at"), _time(found, "expires_at")
    _need(issued < expires, "expires_at is not after issued_at")
    _need(found["previous"] == "" or is_digest(found["previous"]), "previous is no digest")
    counts = found["counts"]
    _need(isinstance(counts, dict), "counts is no object")
    _need(is_count(counts["entries"]) and is_count(counts["aliases"]), "counts are no numbers")
    for tally in _TALLIES:
        _need(_is_tally(counts[tally]), f"counts: {tally} is no object of numbers")
    _need(isinstance(found["files"], dict), "files is no object")
    for name, described in found["files"].items():
        named = ascii(name[:64])
        _need(_NAME.fullmatch(name) is not None and name != MANIFEST, f"{named} is no name of a list file")
        _need(isinstance(described, dict), f"{named} is not described")
        _need(is_digest(described["sha256"]), f"{named}: sha256 is no digest")
        size = described["bytes"]
        _need(is_count(size) and size < MAX_BYTES, f"{named}: bytes is no number under {MAX_BYTES:,}")
        if is_packed(name):
            continue
        _need(is_count(described["entries"]) and is_count(described["aliases"]), f"{named}: no numbers")
        _need(_is_tally(described["omitted"]), f"{named}: omitted is no object of numbers")


def _need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


def _is_tally(value: object) -> bool:
    return isinstance(value, dict) and all(map(is_count, value.values()))


def _time(found: Mapping[str, Any], name: str) -> dt.datetime:
    text = found[name]
    _need(isinstance(text, str) and _TIME.fullmatch(text) is not None, f"{name} is no time in UTC")
    return dt.datetime.fromisoformat(text)
