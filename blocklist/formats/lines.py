"""Reading line by line: the number of each line, and errors that name it."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from blocklist.errors import FormatError, UrlError
from blocklist.model import ListKey
from blocklist.urls import is_dns_name, is_ip, list_key, parse_url

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # a tab is a space; of lines, so no line ends


def numbered_lines(data: bytes, name: str, comments: str) -> Iterator[tuple[int, str]]:
    """Give the lines of ``data`` that say something; those that begin with one of ``comments`` do not.

    Raises FormatError when the file is not ASCII, or holds what ends a line for some readers only.
    """
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as problem:
        bad = data.count(b"\n", 0, problem.start) + 1
        raise FormatError(
            f"{name} line {bad}: is not ASCII; names are A-labels and paths are escaped"
        ) from problem
    marks, is_clean = tuple(comments), _CONTROL.search(text) is None
    for number, line in enumerate(text.split("\n"), start=1):
        if not is_clean and _CONTROL.search(line):
            raise FormatError(f"{name} line {number}: holds a control character")
        if line.strip() and not line.startswith(marks):
            yield number, line


def is_longer(lines: Iterable[str], most: int) -> bool:
    """Tell whether one of ``lines`` is longer than ``most`` characters."""
    for line in lines:  # noqa: SIM110 - any() takes four times as long, for lines that are one or two
        if len(line) > most:
            return True
    return False


def checked_name(text: str, name: str, number: int) -> ListKey:
    """Return ``text``, a DNS name, as the expression ``name/``; raise FormatError where it is none."""
    if not is_dns_name(text):
        raise FormatError(f"{name} line {number}: {text[:64]!r} is not a lower-case DNS name")
    return ListKey(f"{text}/")


def is_quad(text: str) -> bool:
    """Tell whether ``text`` is an IPv4 address as URLs write it."""
    return is_ip(text) and ":" not in text


def checked_host(text: str, name: str, number: int) -> ListKey:
    """Return ``text``, a DNS name or a dotted quad, as the expression ``host/``; raise FormatError."""
    return ListKey(f"{text}/") if is_quad(text) else checked_name(text, name, number)


def checked_url(text: str, name: str, number: int) -> ListKey:
    """Return the list key of ``text``, an http(s) URL; raise FormatError where it is none."""
    try:
        return _key_of(text)
    except UrlError as problem:
        raise FormatError(f"{name} line {number}: not a URL that can be listed") from problem


@lru_cache(maxsize=65_536)  # a page stands in six formats, each in several sets
def _key_of(text: str) -> ListKey:
    return list_key(parse_url(text))
