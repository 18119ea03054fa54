"""The one moment that a release is made of: given, or from ``SOURCE_DATE_EPOCH``, or else the clock.

See https://reproducible-builds.org/specs/source-date-epoch/.
"""

import os
from datetime import UTC, datetime

from blocklist.errors import InputError

VARIABLE = "SOURCE_DATE_EPOCH"


def moment(text: str | None = None) -> datetime:
    """Return ``text`` (RFC 3339 with its offset) in UTC; None: what the environment or the clock says.

    Whole seconds when read from the clock. Raises InputError.
    """
    if text is not None:
        return _parsed(text)
    epoch = os.environ.get(VARIABLE)
    if epoch is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as problem:
        raise InputError(f"{VARIABLE} is not a number of seconds since 1970: {epoch[:64]!r}") from problem


def _parsed(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as problem:
        raise InputError(
            f"--now {text[:64]!r} is not a time; write it like 2026-01-31T12:00:00Z"
        ) from problem
    if found.tzinfo is None:
        raise InputError(f"--now {text[:64]!r} has no offset; write it like 2026-01-31T12:00:00Z")
    return found.astimezone(UTC)
