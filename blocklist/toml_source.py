"""TOML with line numbers: what configuration and policy errors need to name the place.

``tomllib`` reads the values; the lines are found by a scan of headers and keys, since no TOML reader in
Python reports positions. What the values mean is left to ``config`` and ``policy``.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blocklist.errors import InputError

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class TomlSource:
    """A TOML document: its values, and the line of each key."""

    name: str
    values: Mapping[str, Any]
    lines: Mapping[Path_, int]

    def where(self, *path: str | int) -> str:
        """``file line N`` of the key at ``path``, or of the nearest table above it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.lines:
                return f"{self.name} line {self.lines[path[:end]]}"
        return self.name


def read_toml(path: Path, error: type[InputError]) -> TomlSource:
    """Read ``path``; raise ``error`` naming file and line when it cannot be read or parsed."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        message = f"{path.name}: cannot be read ({problem.strerror}); check the path and its permissions"
        raise error(message) from problem
    except UnicodeDecodeError as problem:
        raise error(f"{path.name}: is not UTF-8 text; save it as UTF-8") from problem
    return parse_toml(text, path.name, error)


def parse_toml(text: str, name: str, error: type[InputError]) -> TomlSource:
    """Parse ``text``; ``name`` is what errors call the file."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:  # also of a number too long, and of tables too deep
        raise error(f"{name}: {problem}; see https://toml.io for the syntax") from problem
    return TomlSource(name=name, values=values, lines=_lines(text))


def _lines(text: str) -> dict[Path_, int]:
    lines: dict[Path_, int] = {}
    table: Path_ = ()
    counts: dict[Path_, int] = {}
    fence = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if fence:
            fence = "" if fence in line else fence
            continue
        if header := _HEADER.match(line):
            table = _parts(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            else:
                table = _inside_array(table, counts)
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines.setdefault((*table, *_parts(key[1])), number)
            rest = line[key.end() :]
            for mark in ('"""', "'''"):
                if rest.count(mark) == 1:
                    fence = mark
    return lines


def _parts(dotted: str) -> Path_:
    return tuple(a or b or c for a, b, c in _PART.findall(dotted))


def _inside_array(table: Path_, counts: Mapping[Path_, int]) -> Path_:
    """``[a.b]`` below ``[[a]]`` belongs to the latest element of ``a``."""
    found: Path_ = ()
    for part in table:
        found = (*found, part)
        if found in counts:
            found = (*found, counts[found])
    return found
