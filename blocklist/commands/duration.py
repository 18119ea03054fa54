"""A time span on the command line: ``90s``, ``10m``, ``2h``."""

import re
from typing import Any, ClassVar

import click


class Duration(click.ParamType[float]):
    """A time span on the command line, in seconds."""

    name = "time"
    _units: ClassVar[dict[str, float]] = {"s": 1, "m": 60, "h": 3600}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds of ``90s``, ``10m`` or ``2h``."""
        found = re.fullmatch(r"([0-9]{1,6})([smh])", str(value))
        if found is None or not int(found[1]):
            self.fail(f"{value!r} is not a time; write it like 90s, 10m or 2h", param, ctx)
        return int(found[1]) * self._units[found[2]]
