"""Addresses inside regular expressions: only what has a meaning there is escaped, the rest is itself.

Holds for POSIX extended and Perl's syntax alike: a backslash before punctuation is that character.
"""

import re

_META = str.maketrans({mark: f"\\{mark}" for mark in r"\^$.|?*+()[]{}"})
_RARE = re.compile(r"[\\^$|?*+()\[\]{}]").search
_ESCAPED = re.compile(r"\\(.)")
_LEFT = re.compile(r"(?<!\\)(?:\\\\)*[\^$.|?*+()\[\]{}]")


def escape(text: str) -> str:
    """Return ``text`` as a pattern that matches it and nothing else; a reader's delimiters are left to it."""
    return text.replace(".", r"\.") if _RARE(text) is None else text.translate(_META)


def unescape(pattern: str) -> str | None:
    """Return the text that ``pattern`` stands for; None: it can match more than one."""
    if _LEFT.search(pattern):
        return None
    if "\\\\" in pattern or pattern.endswith("\\"):
        return _ESCAPED.sub(r"\1", pattern)
    return pattern.replace("\\", "")  # the same where each stands before another mark, in a tenth of the time


def ends_here(pattern: str) -> tuple[str, bool]:
    r"""Return ``pattern`` without the ``$`` that ends it, and whether it had one; ``\$`` is a dollar."""
    body = pattern.removesuffix("$")
    backslashes = len(body) - len(body.rstrip("\\"))
    return (body, True) if body != pattern and backslashes % 2 == 0 else (pattern, False)
