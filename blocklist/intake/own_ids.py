"""Platforms write into an address who shared it: ``…/offer?from=member-4711``; that part is left out.

Only ids of the row itself are known here, and only here. A parameter whose value is one goes whole, so that
the address of all who share the page is one; elsewhere in query and fragment the word goes. Host and path
stay as they are: they name the page, and another path is another page.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

from blocklist.model import WebUrl
from blocklist.urls import parse_url

LEAST = 4
"""Characters; a shorter id is too often a number of something else."""
_BEFORE = r"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-F]{2}))"  # an escape ends with a digit or letter, and is a sign
_WHO = ("account", "group", "content_id", "reporter")


def ids_in(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the raw ids that a row (by our names) gives, those long enough to be told in an address."""
    found = []
    for name in _WHO:  # asked of every row: a loop is three times as fast as the same in one expression
        value = fields.get(name)
        if value is None or not isinstance(value, str | int):
            continue
        identity = str(value).strip()
        if len(identity) >= LEAST:
            found.append(identity)
    return tuple(found)


def without_ids(url: WebUrl, ids: tuple[str, ...]) -> WebUrl:
    """Return ``url`` without ``ids`` in its query and fragment; raises UrlError as ``parse_url``."""
    if "%" not in url and "+" not in url and not any(each in url for each in ids):
        return url
    address, sign, tail = _cut(url)
    if not tail:
        return url
    held = _held(tail, ids)
    if not held:
        return url
    query, _, fragment = tail.partition("#") if sign == "?" else ("", "", tail)
    query, fragment = _without_parameters(query, held), _without_parameters(fragment, held)
    if held := _held(f"{query}#{fragment}", held):
        forms = sorted({form for each in held for form in _forms(each)}, key=len, reverse=True)
        word = re.compile(rf"{_BEFORE}(?:{'|'.join(map(re.escape, forms))})(?![0-9A-Za-z])")
        query, fragment = word.sub("", query), word.sub("", fragment)
    return parse_url(address + ("?" + query if query else "") + ("#" + fragment if fragment else ""))


def _cut(url: WebUrl) -> tuple[str, str, str]:
    """Split before the query, or before the fragment where there is no query."""
    before, hash_sign, fragment = url.partition("#")
    address, sign, query = before.partition("?")
    return (address, sign, query + hash_sign + fragment) if sign else (before, hash_sign, fragment)


def _without_parameters(text: str, ids: list[str]) -> str:
    """Leave out parameters whose whole value is an id."""
    pairs = ((each, each.partition("=")[2]) for each in text.split("&"))
    return "&".join(each for each, value in pairs if not value or unquote_plus(value) not in ids)


def _held(text: str, ids: Sequence[str]) -> list[str]:
    plain = unquote_plus(text) if "%" in text or "+" in text else text
    return [each for each in ids if each in plain or each in text]


def _forms(identity: str) -> set[str]:
    """Return how an address writes an id."""
    return {identity, quote(identity, safe=""), quote_plus(identity), quote(identity)}
