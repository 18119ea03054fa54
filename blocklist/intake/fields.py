"""The fields of one row: under which names they come, and what their values may be.

Functions that read a value raise RowError: it says what is wrong and what was expected, and quotes nothing.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from blocklist.errors import RowError
from blocklist.intake.find import find_urls, refang
from blocklist.intake.own_ids import ids_in
from blocklist.model import Surface
from blocklist.privacy import mask_contacts
from blocklist.privacy.ids import mask_ids
from blocklist.store.codec import time_text

CONTENT = "content_id"
"""What rows call the platform's id of a message or post: ``content`` is a message's text in many exports."""
_PREVIEW = ("preview_title", "preview_description")
FIELDS = frozenset(
    {
        "url",
        "text",
        "surface",
        "account",
        "account_name",
        "group",
        "group_name",
        CONTENT,
        "reporter",
        "forwarded",
        "shared_at",
        *_PREVIEW,
    }
)
# What other exports call our fields.
_NAMES = {
    "link": "url",
    "链接": "url",
    "网址": "url",
    "uri": "url",
    "message": "text",
    "content": "text",
    "body": "text",
    "消息": "text",
    "内容": "text",
    "文本": "text",
}  # fmt: skip - a dictionary to be read by rows
_YES = frozenset({"true", "1", "yes", "y", "是"})
_NO = frozenset({"false", "0", "no", "n", "否", ""})
_SURFACES = {each.value: each.value for each in Surface}
_MILLISECONDS = 1e11  # a Unix time above this is in milliseconds: in seconds it would be the year 5138
_WHOLE_SECONDS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}Z").fullmatch
_MOST_PREVIEW = 300  # characters of each field: platforms cut theirs at fewer
_MAX_ID = 1024  # characters; a longer "id" is a mistake in the columns


def field_named(name: str) -> str:
    """Return our name of a column or key, whatever its case; empty: none of ours."""
    plain = name.strip().lower().replace(" ", "_")
    ours = _NAMES.get(plain, plain)
    return ours if ours in FIELDS else ""


def by_our_names(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields under our names; an exact name goes before another word for it."""
    if FIELDS.issuperset(fields):
        return fields
    named = {name: value for name, value in fields.items() if name in FIELDS}
    others: dict[str, str] = {}
    for name, value in fields.items():
        ours = field_named(name)
        # A key that is not ours may hold anything: only texts are taken for a URL or a message.
        if not ours or ours in fields or (name.strip().lower() in _NAMES and not isinstance(value, str)):
            continue
        if ours in others:
            raise RowError(f'"{others[ours]}" and "{name}" both mean "{ours}"; rename one of them')
        others[ours], named[ours] = name, value
    return named


def urls_given(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the URL and those in the text, as given; (): the text holds none."""
    url, text = text_of(fields, "url"), text_of(fields, "text")
    if not url and not text:
        if "text" in fields and "url" not in fields:
            raise RowError('"text" is empty; expected a message holding a URL')
        raise RowError(f'"url" is {"empty" if "url" in fields else "missing"}; expected a string')
    found = find_urls(text) if text else ()
    return (refang(url), *found) if url else found


def text_of(fields: Mapping[str, Any], name: str) -> str:
    """Return a text without blanks around it; empty: not given."""
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RowError(f'"{name}" is {_kind(value)}; expected a string')
    return value if name == "text" else value.strip()


def identity_of(name: str, value: Any) -> str:
    """Return a raw id; empty: blank."""
    if isinstance(value, float) and abs(value) >= 1 << 63:  # JSON's parser has rounded it
        raise RowError(f'"{name}" is too large a number to be read exactly; write it in quotes')
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RowError(f'"{name}" is {_kind(value)}; expected a string or a whole number')
    identity = str(value).strip()
    if len(identity) > _MAX_ID:
        raise RowError(f'"{name}" has {len(identity)} characters; an id has at most {_MAX_ID}')
    return identity


def preview_of(fields: Mapping[str, Any]) -> str:
    """Return what the card said, contacts and the row's own ids masked; empty: not given."""
    if fields.keys().isdisjoint(_PREVIEW):
        return ""
    said = (" ".join(text_of(fields, name).split())[:_MOST_PREVIEW] for name in _PREVIEW)
    text = mask_contacts(" ".join(filter(None, said)))
    return mask_ids(text, frozenset(ids_in(fields)).__contains__) if text else ""


def surface_of(value: Any, default: Surface) -> str:
    """Return the value of a Surface."""
    if value is None or value == "":
        return default.value
    if type(value) is str and (known := _SURFACES.get(value)):
        return known
    try:
        return Surface(value.strip().lower()).value
    except (ValueError, AttributeError):
        names = ", ".join(Surface)
        raise RowError(f'"surface" is none of the known ones; expected one of {names}') from None


def flag_of(fields: Mapping[str, Any], name: str) -> bool:
    """Return what a flag says; False: not given."""
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    word = str(value).strip().lower() if isinstance(value, str | int) else "?"
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise RowError(f'"{name}" is {_kind(value)} that says neither; expected true or false')


def time_text_of(value: Any) -> str | None:
    """Return RFC 3339 or Unix time as the store writes it; a time without an offset is taken as UTC."""
    if value is None or value == "":
        return None
    if type(value) is str and _WHOLE_SECONDS(value):  # nine of ten come so: a third of the cost
        try:
            datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            return value[:-1] + ".000000Z"
    return time_text(_time(value))


def _time(value: Any) -> datetime:
    try:
        if isinstance(value, str):
            text = value.strip()
            value = (
                float(text) if text.replace(".", "", 1).isdigit() and len(text) > len("20260504") else text
            )
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise RowError('"shared_at" is not a time; expected RFC 3339, such as 2026-05-04T10:00:00Z')


def _kind(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "a string")
