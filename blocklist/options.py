"""Options declared once: a dataclass field carries its default, unit, range and help.

Reads a TOML table into such a dataclass and refuses what it does not know, with file, line and cure. Which
options there are, and which contradict each other, is left to ``config``.
"""

import dataclasses
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, get_args, get_type_hints

import orjson

from blocklist.errors import ConfigError
from blocklist.toml_source import TomlSource

T = TypeVar("T")

_KINDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
    tuple: "a list of texts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow:
    """One line of the table of options."""

    section: str
    key: str
    default: str
    """As one would write it in TOML; empty: not set."""
    unit: str
    """Empty: the option is no quantity."""
    help: str


def option(
    default: Any,
    *,
    help: str,  # noqa: A002 - the word that click and argparse taught everybody
    unit: str = "",
    key: str = "",
    at_least: float | None = None,
    at_most: float | None = None,
) -> Any:
    """Declare one option; ``key`` is its name in TOML where the field's name carries a unit."""
    metadata = {"help": help, "unit": unit, "key": key, "at_least": at_least, "at_most": at_most}
    return field(default=default, metadata=metadata)


def rows(section: str, kind: type[Any]) -> Iterator[OptionRow]:
    """Yield the options of one section, in the order of their declaration."""
    for each in dataclasses.fields(kind):
        yield OptionRow(
            section=section,
            key=_key(each),
            default=as_toml(each.default),
            unit=each.metadata["unit"],
            help=each.metadata["help"],
        )


def read_section(source: TomlSource, section: str, kind: type[T]) -> T:
    """Read the section's values over its defaults.

    Raises ConfigError for an unknown option, a wrong type or a number out of range.
    """
    table = source.values.get(section, {})
    if not isinstance(table, Mapping):
        raise ConfigError(
            f"{source.where(section)}: {section} is a section; write [{section}] above its options"
        )
    types = get_type_hints(kind)
    known = {_key(each): each for each in dataclasses.fields(kind)}  # type: ignore[arg-type]  # T is a dataclass
    values: dict[str, Any] = {}
    for key, value in table.items():
        place = f"{source.where(section, key)}: [{section}] {key}"
        if key not in known:
            raise ConfigError(f"{place} is not an option; {suggest(key, known)}")
        declared = known[key]
        values[declared.name] = _checked(place, value, types[declared.name], declared.metadata)
    return kind(**values)


def suggest(word: str, known: Mapping[str, Any]) -> str:
    """``did you mean X?`` where something is near, else all that is known."""
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"


def _key(declared: "dataclasses.Field[Any]") -> str:
    return str(declared.metadata["key"] or declared.name)


def _checked(place: str, value: Any, declared: Any, metadata: Mapping[str, Any]) -> Any:
    kind = next((k for k in get_args(declared) if k is not type(None)), declared)
    kind = tuple if kind is not declared and str(declared).startswith("tuple") else kind
    if kind is tuple:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{place} must be {_KINDS[tuple]}")
        return tuple(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        raise ConfigError(f"{place} must be {_KINDS[kind]}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        _check_range(place, value, metadata)
    return value


def _check_range(place: str, value: float, metadata: Mapping[str, Any]) -> None:
    low, high, unit = metadata["at_least"], metadata["at_most"], metadata["unit"]
    unit = f" {unit}" if unit else ""
    # Written so that NaN, which TOML knows, is in no range.
    if low is not None and not value >= low:
        raise ConfigError(f"{place} must be at least {low}{unit}")
    if high is not None and not value <= high:
        raise ConfigError(f"{place} must be at most {high}{unit}")


def as_toml(value: Any) -> str:
    """Return an option's value as one would write it in TOML; empty: it is not set."""
    match value:
        case None | "":
            return ""
        case bool():
            return str(value).lower()
        case tuple():
            return "[" + ", ".join(map(as_toml, value)) + "]"
        case str():
            # TOML's basic strings take every escape that JSON writes.
            return orjson.dumps(value).decode()
        case _:
            return f"{value:_}" if isinstance(value, int) else f"{value:g}"
