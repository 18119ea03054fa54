"""One table of a policy file, read key by key: what is missing, unknown or ill-typed names its line.

Knows TOML shapes, not what a policy means (``load`` does).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from blocklist.errors import PolicyError
from blocklist.toml_source import TomlSource

LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z]{2,8})?$")
_ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


class Fields:
    """The keys of one table; ``done`` refuses those that nobody asked for."""

    def __init__(self, source: TomlSource, path: tuple[str | int, ...] = ()) -> None:
        """Stand at the table ``path`` of ``source`` (which must hold one)."""
        self.source = source
        self.path = path
        value: Any = source.values
        for part in path:
            value = value[part]
        if not isinstance(value, Mapping):
            self.fail(f"must be a table: write [{path[-1]}] and its keys below it")
        self.values: Mapping[str, Any] = value
        self._read: set[str] = set()

    def fail(self, what: str, *path: str | int) -> NoReturn:
        """Raise with the place of ``path`` below this table."""
        raise PolicyError(f"{self.source.where(*self.path, *path)}: {what}")

    def _get(self, key: str) -> Any:
        self._read.add(key)
        if key not in self.values:
            self.fail(f'"{key}" is missing; add it to this table')
        return self.values[key]

    def has(self, key: str) -> bool:
        """Whether the table holds ``key``."""
        return key in self.values

    def text(self, key: str) -> str:
        """Non-empty text."""
        value = self._get(key)
        if not isinstance(value, str) or not value.strip():
            self.fail(f'"{key}" must be text in quotes, not {value!r}', key)
        return " ".join(value.split())

    def identifier(self, key: str = "id") -> str:
        """Read a short lower-case name."""
        value = self.text(key)
        if not _ID.match(value):
            self.fail(f'"{key}" is {value!r}; use lower-case letters, digits and single hyphens', key)
        return value

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """Read a number from ``low`` to ``high``; ``default`` None: the key is required."""
        if default is not None and key not in self.values:
            return default
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.fail(f'"{key}" must be a number from {low:g} to {high:g}, not {value!r}', key)
        return float(value)

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """Read a whole number from ``low`` to ``high``."""
        value = self.number(key, low, high, default)
        if value != int(value):
            self.fail(f'"{key}" must be a whole number, not {value!r}', key)
        return int(value)

    def flag(self, key: str) -> bool:
        """Read true or false; absent: false."""
        self._read.add(key)
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.fail(f'"{key}" must be true or false (without quotes), not {value!r}', key)
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """One of ``allowed``."""
        if default is not None and key not in self.values:
            return default
        value = self._get(key)
        if value not in allowed:
            self.fail(f'"{key}" must be one of {", ".join(allowed)}, not {value!r}', key)
        return str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """Read a list of texts, at least one, none twice."""
        value = self._get(key)
        if not isinstance(value, list) or not value:
            self.fail(f'"{key}" must be a list of words in quotes, such as ["one", "two"]', key)
        seen: list[str] = []
        for word in value:
            if not isinstance(word, str) or not word.strip():
                self.fail(f'"{key}" holds {word!r}; every word must be text in quotes', key)
            if word in seen:
                self.fail(f'"{key}" holds {word!r} twice; remove one', key)
            seen.append(word)
        return tuple(seen)

    def languages(self) -> tuple[str, ...]:
        """Return the language tags among the keys not yet read."""
        return tuple(sorted(key for key in self.values if key not in self._read and LANGUAGE.match(key)))

    def by_language(self) -> dict[str, str]:
        """Text by language; English and Chinese are required."""
        return {key: self.text(key) for key in self._required_languages()}

    def words_by_language(self) -> dict[str, tuple[str, ...]]:
        """Read lists by language; English and Chinese are required."""
        return {key: self.texts(key) for key in self._required_languages()}

    def _required_languages(self) -> tuple[str, ...]:
        for required in ("en", "zh"):
            if required not in self.values:
                self.fail(f'"{required}" is missing; every category speaks English (en) and Chinese (zh)')
        return self.languages()

    def words(self) -> tuple[str, ...]:
        """All words of this table whatever their language, at least one."""
        found = [word for key in self.languages() for word in self.texts(key)]
        if not found:
            self.fail('has no words; add a list by language, such as en = ["…"] or zh = ["…"]')
        return tuple(dict.fromkeys(found))

    def table(self, key: str) -> "Fields":
        """Enter the table below ``key``."""
        self._get(key)
        return Fields(self.source, (*self.path, key))

    def tables(self, key: str) -> Iterator["Fields"]:
        """Enter the tables of ``[[key]]`` in order; absent: none."""
        self._read.add(key)
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.fail(f'"{key}" must be written [[{key}]], once for each', key)
        for index in range(len(value)):
            yield Fields(self.source, (*self.path, key, index))

    def done(self) -> None:
        """Refuse keys that nobody asked for: a misspelt key must not pass in silence."""
        for key in self.values:
            if key not in self._read:
                known = ", ".join(sorted(self._read))
                self.fail(f'"{key}" is not known here; remove it or correct it (known: {known})', key)
