"""Which formats are installed: ours, and those that others' packages name by an entry point.

A format that does not load, or that would write a file that another one writes, is refused by name: a list
from which a file went missing without a word would leave its readers unprotected.
"""

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import TypeVar

from blocklist.errors import InputError

T = TypeVar("T")


def installed(group: str, kind: type[T], writes: Callable[[T], str]) -> tuple[T, ...]:
    """Return every object of ``kind`` that an entry point of ``group`` names, by what it ``writes``.

    Raises InputError naming the entry point and the package, for what cannot be used.
    """
    found: dict[str, tuple[str, T]] = {}
    for point in sorted(entry_points(group=group), key=lambda each: each.name):
        said = f"{point.name} of {point.dist.name if point.dist else 'an unknown package'}"
        try:
            made = point.load()
        except (ImportError, AttributeError) as problem:
            raise InputError(f"{group}: {said} does not load ({problem}); mend or uninstall it") from problem
        if not isinstance(made, kind):
            raise InputError(f"{group}: {said} is no {kind.__name__}; mend or uninstall it")
        if writes(made) in found:
            other, _ = found[writes(made)]
            raise InputError(f"{group}: {said} writes {writes(made)}, as {other} does; uninstall one")
        found[writes(made)] = said, made
    return tuple(each for _, each in found.values())
