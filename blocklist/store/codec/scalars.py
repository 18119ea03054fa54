"""Times, text and JSON as columns hold them.

Times become UTC RFC 3339 text with microseconds (``2026-11-22T23:00:00.000000Z``), which sorts as it reads.
Text from hostile pages may hold lone surrogates, which neither UTF-8 nor JSON can say: they become U+FFFD.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from sys import intern
from typing import Any, ParamSpec, TypeVar

import orjson

from blocklist.errors import InputError

P = ParamSpec("P")
T = TypeVar("T")
Row = Sequence[Any]


def reads(name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Say of a function that reads columns of a ``name`` that what it cannot read is a damaged database."""

    def decorated(read: Callable[P, T]) -> Callable[P, T]:
        @wraps(read)
        def careful(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                return read(*args, **kwargs)
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as problem:
                raise InputError(
                    f"linkgazette.db: a {name} in it is damaged; restore the database from a backup"
                ) from problem

        return careful

    return decorated


def maybe_word_of(text: str | None) -> str | None:
    """Return a word that many rows hold, once for all: a third of the memory; None stays None."""
    return None if text is None else intern(text)


def time_text(moment: datetime) -> str:
    """Write an aware time; raises ValueError for a naive one, whose zone nobody knows."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"


def maybe_time_text(moment: datetime | None) -> str | None:
    """As ``time_text``; None stays None."""
    return None if moment is None else time_text(moment)


@reads("time")
def time_of(text: str) -> datetime:
    """Read what ``time_text`` wrote."""
    return datetime.fromisoformat(text)


@reads("time")
def maybe_time_of(text: str | None) -> datetime | None:
    """As ``time_of``; None stays None."""
    return None if text is None else datetime.fromisoformat(text)


def clean(text: str) -> str:
    """Replace what UTF-8 cannot say."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def json_text(value: Any) -> str:
    """Compact JSON; keys keep their order."""
    return orjson.dumps(value).decode()
