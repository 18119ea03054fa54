"""Addresses inside regular expressions: only what has a meaning there is escaped, the rest is itself.

Holds for POSIX extended and Perl's syntax alike: a backslash before punctuation is that character.
"""

import re

_META = re.compile(r"[\\^$.|?*+()\[\]{}]")
_ESCAPED = re.compile(r"\\(.)")
_LEFT = re.compile(r"(?<!\\)(?:\\\\)*[\^$.|?*+()\[\]{}]")


def escape(text: str, also: str = "") -> str:
    """Return ``text`` as a pattern that matches it and nothing else; ``also`` are the reader's delimiters."""
    found = _META.sub(r"\\\g<0>", text)
    for mark in also:
        found = found.replace(mark, f"\\{mark}")
    return found


def unescape(pattern: str) -> str | None:
    """Return the text that ``pattern`` stands for; None: it can match more than one."""
    return None if _LEFT.search(pattern) else _ESCAPED.sub(r"\1", pattern)


def ends_here(pattern: str) -> tuple[str, bool]:
    r"""Return ``pattern`` without the ``$`` that ends it, and whether it had one; ``\$`` is a dollar."""
    body = pattern.removesuffix("$")
    backslashes = len(body) - len(body.rstrip("\\"))
    return (body, True) if body != pattern and backslashes % 2 == 0 else (pattern, False)
