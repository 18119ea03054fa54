"""Guards read from files: ``guards.toml``, the operator's own, top sites, and the warning lists.

::

    [tenants]
    hosts = ["weebly.com"]

    [[directories]]
    depth = 2
    platform = true            # also a single URL needs a moderator; default false
    hosts = ["sites.google.com"]

    [[platforms]]
    kind = "shortener"
    hosts = ["bit.ly"]

    [institutions]
    suffixes = ["gov"]
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from blocklist.errors import ConfigError, UrlError
from blocklist.listing.guards import Guards
from blocklist.listing.warning_lists import known_names
from blocklist.model import Host
from blocklist.toml_source import TomlSource, read_toml
from blocklist.urls import parse_host

DEFAULT_GUARDS = Path(__file__).parents[1] / "policies" / "default" / "guards.toml"
PLATFORM = "shared-platform"
TOP_SITE = "top-site"
_MAX_DEPTH = 8

_FIELDS = {
    "tenants": {"hosts"},
    "directories": {"depth", "platform", "hosts"},
    "platforms": {"kind", "hosts"},
    "institutions": {"suffixes"},
}


def load_guards(
    path: Path | None = None,
    extra: Sequence[Path] = (),
    *,
    top_sites: Path | None = None,
    canaries: Sequence[Host] = (),
    warning_lists: bool = True,
) -> Guards:
    """Read the built-in guards (or ``path`` in their place), the operator's ``extra`` files, and the rest.

    Raises ConfigError naming file, line and cure.
    """
    gathered = _Gathered()
    if warning_lists:
        gathered.add_warning_lists()
    for each in (path or DEFAULT_GUARDS, *extra):
        gathered.add_file(read_toml(each, ConfigError))
    if top_sites is not None:
        gathered.add_top_sites(top_sites)
    return Guards(
        platforms=gathered.platforms,
        tenants=frozenset(gathered.tenants),
        directories=gathered.directories,
        institutions=frozenset(gathered.institutions),
        canaries=frozenset(canaries),
    )


class _Gathered:
    """Guards while files are still being read; a later file wins where two speak of one name."""

    def __init__(self) -> None:
        self.platforms: dict[str, str] = {}
        self.tenants: set[str] = set()
        self.directories: dict[str, int] = {}
        self.institutions: set[str] = set()

    def add_warning_lists(self) -> None:
        platforms, tenants = known_names()
        self.platforms.update(platforms)
        self.tenants.update(tenants)

    def add_top_sites(self, path: Path) -> None:
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as problem:
            raise ConfigError(f"[list] top_sites: {path.name} cannot be read as UTF-8 text") from problem
        for number, line in enumerate(lines, start=1):
            if name := line.partition("#")[0].strip():
                self.platforms.setdefault(_host(name, f"{path.name} line {number}"), TOP_SITE)

    def add_file(self, source: TomlSource) -> None:
        for section, tables in source.values.items():
            if section not in _FIELDS:
                known_sections = ", ".join(_FIELDS)
                raise ConfigError(
                    f"{source.where(section)}: [{section}] is not a section; known are {known_sections}"
                )
            known = _FIELDS[section]
            listed = tables if isinstance(tables, list) else [tables]
            for index, table in enumerate(listed):
                where = (section, index) if isinstance(tables, list) else (section,)
                self._check(source, table, known, where)
                self._take(source, section, table, where)

    def _take(
        self, source: TomlSource, section: str, table: dict[str, Any], where: tuple[str | int, ...]
    ) -> None:
        key = "suffixes" if section == "institutions" else "hosts"
        names = [_host(name, source.where(*where, key)) for name in table.get(key, ())]
        if section == "tenants":
            self.tenants.update(names)
        elif section == "institutions":
            self.institutions.update(names)
        elif section == "platforms":
            self.platforms.update(dict.fromkeys(names, table.get("kind", PLATFORM)))
        else:
            self.directories.update(dict.fromkeys(names, table["depth"]))
            if table.get("platform", False):
                for name in names:
                    self.platforms.setdefault(name, PLATFORM)

    @staticmethod
    def _check(source: TomlSource, table: Any, known: set[str], where: tuple[str | int, ...]) -> None:
        place = source.where(*where)
        if not isinstance(table, dict):
            raise ConfigError(f"{place}: [{where[0]}] must be a table")
        if unknown := sorted(set(table) - known):
            raise ConfigError(
                f"{place}: {unknown[0]} is not known here; known are {', '.join(sorted(known))}"
            )
        for key in ("hosts", "suffixes"):
            value = table.get(key, [])
            if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
                raise ConfigError(f"{source.where(*where, key)}: {key} must be a list of names in quotes")
        if "depth" in known:
            depth = table.get("depth")
            if not isinstance(depth, int) or isinstance(depth, bool) or not 1 <= depth <= _MAX_DEPTH:
                raise ConfigError(f"{place}: depth must be a number from 1 to {_MAX_DEPTH}")
        if not isinstance(table.get("platform", False), bool):
            raise ConfigError(f"{source.where(*where, 'platform')}: platform must be true or false")
        if "kind" in known and not isinstance(table.get("kind", ""), str):
            raise ConfigError(f"{source.where(*where, 'kind')}: kind must be a word in quotes")


def _host(name: str, place: str) -> Host:
    try:
        return parse_host(name)
    except UrlError as problem:
        raise ConfigError(f"{place}: {name!r} is not a host name; write it like shop.example") from problem
