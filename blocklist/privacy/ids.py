"""Ids of known people in what a page says: platforms write into a page who shared it."""

import re
from collections.abc import Callable

from blocklist.privacy.masking import MASK

LEAST = 4
"""Characters; a shorter id is too often a word or a number of something else."""
_WORD = re.compile(rf"[^\W_](?:[\w.\-]{{{LEAST - 2},126}}[^\W_])")


def mask_ids(text: str, known: Callable[[str], bool]) -> str:
    """Return ``text`` with ``****`` for every word that is ``known`` as somebody's id.

    A word runs over dots, hyphens and underscores; where the whole is none, its parts are asked too.
    """
    return _WORD.sub(lambda found: _masked(found[0], known), text)


def _masked(word: str, known: Callable[[str], bool]) -> str:
    if known(word):
        return MASK
    parts = re.split(r"([_.\-])", word)
    return "".join(MASK if len(each) >= LEAST and known(each) else each for each in parts)
