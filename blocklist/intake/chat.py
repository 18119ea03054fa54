"""The lines of WhatsApp's text exports: when, who, what.

::

    [31/12/2025, 23:59:58] Hardman: look https://shop.example/x        (iOS)
    31.12.25, 23:59 - Hardman: look https://shop.example/x             (Android)

The export has no ids: the name (or number) that it shows is the account. It says neither its time zone (taken
as UTC) nor whether day or month comes first; where both readings make a date, the time is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # WhatsApp strews them about
_MESSAGE = re.compile(
    rf"[{_MARKS}\s]*\[?(?P<date>\d{{1,4}}[./\-年]\d{{1,2}}[./\-月]\d{{1,4}})日?,?\s{{1,3}}"
    r"(?P<half>上午|下午)?\s?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?"
    r"\s?(?P<ampm>[ap]\.?\s?m\.?)?"
    rf"(?:\]|\s[-\u2013])\s[{_MARKS}]*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SENDER = re.compile(r"(?:~\s?)?(?P<name>[^:]{1,100}):\s(?P<text>.*)", re.DOTALL)
_MONTHS = 12
_YEAR_DIGITS = 4
_CENTURY = 2000  # the app is of 2009; two-digit years are of this century


@dataclass(frozen=True, slots=True)
class Message:
    """The first line of a message."""

    fields: Mapping[str, Any]
    """Of the sender, as ``rows`` knows them; empty: the app's own notice."""
    text: str


def message_in(line: str) -> Message | None:
    """Return the message that begins in ``line``; None: none does."""
    found = _MESSAGE.match(line)
    if found is None:
        return None
    sender = _SENDER.fullmatch(found["rest"])
    if sender is None:
        return Message({}, found["rest"])
    name = sender["name"].strip(_MARKS + " \u202f\u00a0")
    return Message({"account": name, "account_name": name, "shared_at": _moment(found)}, sender["text"])


def _moment(found: re.Match[str]) -> str | None:
    day = _day(found["date"])
    if day is None:
        return None
    hour = int(found["hour"])
    if found["ampm"] or found["half"]:
        late = found["half"] == "下午" or (found["ampm"] or "").lower().startswith("p")
        hour = hour % 12 + (12 if late else 0)
    try:
        return datetime(*day, hour, int(found["minute"]), int(found["second"] or 0), tzinfo=UTC).isoformat()
    except ValueError:
        return None


def _day(date: str) -> tuple[int, int, int] | None:
    """Year, month, day; None: day and month may be taken for each other."""
    parts = re.findall(r"\d+", date)
    first, second, third = map(int, parts)
    if len(parts[0]) == _YEAR_DIGITS:
        return first, second, third
    year = third if len(parts[2]) == _YEAR_DIGITS else third + _CENTURY
    if first > _MONTHS or "." in date or first == second:  # dotted dates put the day first everywhere
        return year, second, first
    if second > _MONTHS:
        return year, first, second
    return None
