"""JSON documents: Telegram Desktop's exports, streamed, and plain arrays of rows.

A chat export is ``{"name": …, "type": "private_supergroup", "id": …, "messages": […]}``, that of an
account holds many under ``chats.list``. A message's text is a string or a list of strings and entities, and a
link may hide behind words (``text_link``) or a button. Errors count messages where other formats count lines.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import ijson
from ijson.common import ObjectBuilder

from blocklist.errors import InputError, RowError
from blocklist.intake.find import find_urls
from blocklist.intake.rows import Row, Rows
from blocklist.intake.source import Source
from blocklist.model import Surface

_CHATS = ("", "chats.list.item", "left_chats.list.item")  # where a chat's own fields stand
_MESSAGES = {f"{chat}.messages.item".lstrip("."): chat for chat in _CHATS}
_ROWS = "item"  # elements of a plain array


def read_document(source: Source, rows: Rows) -> Iterator[Row]:
    """Yield a row for every message; raises InputError when the document holds none and is broken."""
    number = 0
    try:
        for chat, item in _items(source):
            number += 1
            if not isinstance(item, dict):
                yield rows.problem(number, "not a JSON object")
            elif chat is None:
                yield rows.from_fields(number, item)
            else:
                yield _message(number, item, chat, rows)
    except (ijson.JSONError, UnicodeError) as problem:
        if not number:
            raise InputError(f"{rows.file}: not JSON ({_first_line(problem)})") from problem
        yield rows.problem(number + 1, f"broken JSON after {number} messages ({_first_line(problem)})")
    if not number and source.head.lstrip()[:1] == b"{":
        raise InputError(f'{rows.file}: no messages found; expected a Telegram export or [{{"url": …}}, …]')


def _items(source: Source) -> Iterator[tuple[Mapping[str, Any] | None, Any]]:
    """Yield each message with the fields of its chat so far, or each element of an array with None."""
    chats: dict[str, dict[str, Any]] = {}
    builder: ObjectBuilder | None = None
    building = ""
    for prefix, event, value in ijson.parse(source, use_float=True, buf_size=1 << 16):
        if builder is not None:
            builder.event(event, value)
            if prefix == building and event in {"end_map", "end_array"}:
                yield chats.get(_MESSAGES[building], {}) if building != _ROWS else None, builder.value
                builder = None
        elif prefix == _ROWS or prefix in _MESSAGES:
            if event in {"start_map", "start_array"}:
                builder, building = ObjectBuilder(), prefix
                builder.event(event, value)
            else:
                yield None, value
        elif event == "start_map" and prefix in _CHATS:
            chats[prefix] = {}
        else:
            place, _, field = prefix.rpartition(".")
            if place in chats and field in {"name", "type", "id"}:
                chats[place][field] = value


def _message(number: int, message: Mapping[str, Any], chat: Mapping[str, Any], rows: Rows) -> Row:
    kind = str(chat.get("type", ""))
    shared_in = kind.endswith(("group", "channel"))
    fields = {
        "surface": Surface.GROUP if shared_in else Surface.DIRECT if kind else None,
        "account": _plain(message.get("from_id") or message.get("actor_id") or message.get("from")),
        "account_name": _plain(message.get("from")),
        "group": _plain(chat.get("id")) if shared_in else None,
        "group_name": _plain(chat.get("name")) if shared_in else None,
        "shared_at": _plain(message.get("date_unixtime") or message.get("date")),
        "forwarded": "forwarded_from" in message or "forwarded_from_id" in message,
    }
    try:
        about = rows.about(fields)
    except RowError as problem:
        return rows.problem(number, str(problem))
    return rows.from_urls(number, tuple(dict.fromkeys(_urls(message))), about, fields)


def _urls(message: Mapping[str, Any]) -> Iterator[str]:
    parts = message.get("text")
    parts = parts if isinstance(parts, list) else [parts]
    entities = [part for part in parts if isinstance(part, dict)]
    yield from find_urls("".join(_words(part) for part in parts))
    buttons = (button for row in _list(message.get("inline_bot_buttons")) for button in _list(row))
    for holder, name in (
        *((entity, "href") for entity in entities),
        *((button, "data") for button in buttons),
    ):
        link = holder.get(name) if isinstance(holder, dict) else None
        if isinstance(link, str) and link.lower().startswith(("http://", "https://")):
            yield link


def _words(part: object) -> str:
    if isinstance(part, dict):
        part = part.get("text")
    return part if isinstance(part, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _plain(value: object) -> str | None:
    """Ids are numbers or strings, names strings; anything else says nothing."""
    return str(value) if isinstance(value, str | int) else None


def _first_line(problem: Exception) -> str:
    return str(problem).partition("\n")[0][:120]
