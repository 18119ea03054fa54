"""A progress bar for a person at a terminal; scripts and logs are spared."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

_WIDTH = 30  # characters


@contextmanager
def progress_bar(what: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """Give what hears how many are done, and of about how many; the bar is on stderr and leaves its line."""
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    last = ""

    def tell(done: int, of: int) -> None:
        nonlocal last
        line = bar_line(what, unit, done, of)
        if line != last:
            click.echo(f"\r{line}", nl=False, err=True)
            last = line

    try:
        yield tell
    finally:
        if last:
            click.echo(err=True)


def bar_line(what: str, unit: str, done: int, of: int) -> str:
    """Return the bar in characters; ``of`` is a guess that ``done`` may pass."""
    share = min(1.0, done / of) if of else 0.0
    filled = round(share * _WIDTH)
    return f"{what} [{'#' * filled}{'-' * (_WIDTH - filled)}] {share:4.0%}  {done:,} {unit}"
