"""The one moment that a release is made of: given, or from ``SOURCE_DATE_EPOCH``, or else the clock.

See https://reproducible-builds.org/specs/source-date-epoch/.
"""

import os
from datetime import UTC, datetime

from blocklist.errors import InputError

VARIABLE = "SOURCE_DATE_EPOCH"
_FIRST_YEAR, _LAST_YEAR = 1970, 9000  # before the epoch nothing is signed; past 9999 nothing can expire


def moment(text: str | None = None) -> datetime:
    """Return ``text`` (RFC 3339 with its offset) in UTC; None: what the environment or the clock says.

    Whole seconds, whatever was given. Raises InputError.
    """
    if text is not None:
        return _parsed(text)
    epoch = os.environ.get(VARIABLE)
    if epoch is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        found = datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as problem:
        raise InputError(f"{VARIABLE} is not a number of seconds since 1970: {epoch[:64]!r}") from problem
    return _reasonable(found, f"{VARIABLE} {epoch[:64]!r}")


def _parsed(text: str) -> datetime:
    named = f"--now {text[:64]!r}"
    try:
        found = datetime.fromisoformat(text)
    except ValueError as problem:
        raise InputError(f"{named} is not a time; write it like 2026-01-31T12:00:00Z") from problem
    if found.tzinfo is None:
        raise InputError(f"{named} has no offset; write it like 2026-01-31T12:00:00Z")
    return _reasonable(found, named)


def _reasonable(found: datetime, named: str) -> datetime:
    """Return ``found`` in UTC and whole seconds; asked before it is moved, since an edge has no UTC."""
    if not _FIRST_YEAR <= found.year < _LAST_YEAR:
        raise InputError(f"{named} is not between the years {_FIRST_YEAR} and {_LAST_YEAR}")
    return found.astimezone(UTC).replace(microsecond=0)
