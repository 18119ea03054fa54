"""A bar of floors that an evaluation must not sink below: written as data, asked of a report.

A figure that too few rows measure neither keeps nor misses its floor; a bar of which nothing is measured is
no bar, and says so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blocklist.errors import ConfigError
from blocklist.toml_source import TomlSource, read_toml

SHARED = "shared"
"""The name of the bar that comes with the program."""
BARS = Path(__file__).parent / "bars"

Report = Mapping[str, Any]
Ask = Callable[[Report], float | None]


def _value(figure: Mapping[str, float] | None) -> float | None:
    return None if figure is None else figure["value"]


def _worst(figures: list[float | None]) -> float | None:
    return min((figure for figure in figures if figure is not None), default=None)


AT_MOST: Mapping[str, Ask] = {
    "hard_negatives_listed": lambda report: report["hard_negatives"]["benign_listed"],
    "hard_negatives_listed_share": lambda report: _value(report["hard_negatives"]["false_listed"]),
    "benign_listed": lambda report: report["total"]["benign_listed"],
    "benign_listed_share": lambda report: _value(report["total"]["false_listed"]),
    "benign_review": lambda report: _value(report["total"]["false_review"]),
    "calibration_error": lambda report: report["calibration"]["expected_error"],
}
AT_LEAST: Mapping[str, Ask] = {
    "precision_listed": lambda report: _value(report["total"]["precision_listed"]),
    "recall_listed": lambda report: _value(report["total"]["recall_listed"]),
    "recall_listed_or_review": lambda report: _value(report["total"]["recall_listed_or_review"]),
    "worst_source": lambda report: _worst(
        [_value(each["recall_listed_or_review"]) for each in report["by"]["source"].values()]
    ),
    "worst_source_left_out": lambda report: _worst(
        [each["recall"] for each in report.get("left_out", {}).get("source", ())]
    ),
}


def _page(report: Report, lang: str) -> float | None:
    found = report["pages_by_site"].get(lang)
    return found["recall_listed_or_review"] if found and found["measured"] else None


def _slice(report: Report, name: str, value: str) -> float | None:
    return _value(report["by"][name].get(value, {}).get("recall_listed_or_review"))


BY_NAME: Mapping[str, Callable[[Report, str], float | None]] = {
    "pages": _page,
    "sources": lambda report, name: _slice(report, "source", name),
    "categories": lambda report, name: _slice(report, "category", name),
}
"""Tables under ``at_least``: recall of *listed or review* for each of what they name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """One figure and its bound."""

    name: str
    bound: float
    most: bool
    """True: it must not be more; False: it must not be less."""
    ask: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a report says to a floor."""

    name: str
    bound: float
    most: bool
    value: float | None
    """None: not measured."""

    @property
    def missed(self) -> bool:
        """True: it is measured, and not as it should be."""
        if self.value is None:
            return False
        return self.value > self.bound if self.most else self.value < self.bound


def load_bar(path: Path | str) -> tuple[Floor, ...]:
    """Read a bar from a TOML file, or the one named ``shared``; ConfigError names line and cure."""
    source = read_toml(BARS / f"{SHARED}.toml" if str(path) == SHARED else Path(path), ConfigError)
    floors = tuple(_floors(source))
    if not floors:
        raise ConfigError(f"{source.where()}: names no floor; write some under [at_most] and [at_least]")
    return floors


def ask(bar: tuple[Floor, ...], report: Report) -> list[Asked]:
    """Hold ``report`` against every floor; ConfigError when none of them is measured."""
    asked = [
        Asked(name=floor.name, bound=floor.bound, most=floor.most, value=floor.ask(report)) for floor in bar
    ]
    if all(each.value is None for each in asked):
        raise ConfigError("no floor of the bar is measured on these rows; give more rows or another bar")
    return asked


def _floors(source: TomlSource) -> Iterator[Floor]:
    for section in source.values:
        if section not in {"at_most", "at_least"}:
            raise ConfigError(f"{source.where(section)}: [{section}] is not known; use at_most and at_least")
        known = AT_MOST if section == "at_most" else AT_LEAST
        for key, value in source.values[section].items():
            if isinstance(value, dict) and section == "at_least" and key in BY_NAME:
                for name, bound in value.items():
                    asking = BY_NAME[key]
                    yield Floor(
                        name=f"{key} {name}",
                        bound=_number(source, bound, section, key, name),
                        most=False,
                        ask=lambda report, asking=asking, name=name: asking(report, name),  # type: ignore[misc] # bound now
                    )
            elif key in known:
                bound = _number(source, value, section, key)
                yield Floor(name=key, bound=bound, most=section == "at_most", ask=known[key])
            else:
                names = ", ".join(sorted([*known, *(BY_NAME if section == "at_least" else ())]))
                raise ConfigError(
                    f"{source.where(section, key)}: {key} is no figure of [{section}]; there are {names}"
                )


def _number(source: TomlSource, value: object, *place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ConfigError(f"{source.where(*place)}: {place[-1]} must be a number, 0 or more")
    return float(value)
