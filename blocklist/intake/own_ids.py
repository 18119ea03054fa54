"""Platforms write into an address who shared it: ``…/offer?from=member-4711``; that part is left out.

Only ids of the row itself are known here, and only here. A parameter whose value is one goes whole, so that
the address of all who share the page is one; elsewhere in query and fragment the word goes. Host and path
stay as they are: they name the page, and another path is another page.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

from blocklist.model import WebUrl
from blocklist.urls import parse_url

LEAST = 4
"""Characters; a shorter id is too often a number of something else."""
_WHO = ("account", "group", "reporter")


def ids_in(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the raw ids that a row (by our names) gives, those long enough to be told in an address."""
    given = (str(fields[name]).strip() for name in _WHO if isinstance(fields.get(name), str | int))
    return tuple(each for each in given if len(each) >= LEAST)


def without_ids(url: WebUrl, ids: tuple[str, ...]) -> WebUrl:
    """Return ``url`` without ``ids`` in its query and fragment; raises UrlError as ``parse_url``."""
    address, mark, tail = _cut(url)
    if not tail:
        return url
    plain = unquote_plus(tail)
    held = [each for each in ids if each in plain or any(form in tail for form in _forms(each))]
    if not held:
        return url
    forms = sorted({form for each in held for form in _forms(each)}, key=len, reverse=True)
    word = re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(map(re.escape, forms))})(?![0-9A-Za-z])")
    query, hash_mark, fragment = tail.partition("#") if mark == "?" else ("", "#", tail)
    query = "&".join(_cleaned(query.split("&"), held, word))
    fragment = "&".join(_cleaned(fragment.split("&"), held, word))
    return parse_url(address + ("?" + query if query else "") + (hash_mark + fragment if fragment else ""))


def _cut(url: WebUrl) -> tuple[str, str, str]:
    """Split before the query, or before the fragment where there is no query."""
    before, mark, fragment = url.partition("#")
    address, query_mark, query = before.partition("?")
    return (address, "?", query + mark + fragment) if query_mark else (before, mark, fragment)


def _forms(identity: str) -> set[str]:
    return {identity, quote(identity, safe=""), quote_plus(identity), quote(identity)}


def _cleaned(parameters: list[str], ids: list[str], word: re.Pattern[str]) -> Iterator[str]:
    for parameter in parameters:
        _, equals, value = parameter.partition("=")
        if not (equals and unquote_plus(value) in ids):
            yield word.sub("", parameter)
