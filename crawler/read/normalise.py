"""The text as the judge matches it: every way of writing the same words folded into one, offsets kept.

``normalise`` changes only how characters are written and is safe for matching anything. ``undisguise`` also
reads through tricks that could be innocent (spaced letters, digits for letters): a second reading beside
the first, not in its place. What words mean is left to the policy.
"""

import re

from crawler.read.composing import compose
from crawler.read.confusables import unmix
from crawler.read.folding import fold, fold_moving, moving
from crawler.read.offsets import Normalised, rewrite
from crawler.read.readings import read_through

_SEVERAL_SPACES = re.compile(" {2,}")

__all__ = ["Normalised", "normalise", "readings", "undisguise"]


def normalise(text: str) -> Normalised:
    """NFKC, casefolded, simplified Chinese, spaces single, invisible characters gone, mixed scripts unmixed.

    Any string, lone surrogates included; never raises. ``span`` of the result leads back into ``text``.
    """
    found = Normalised(text, len(text))
    if not text.isascii():
        found = compose(found)
        found = found.then(*rewrite(found.text, moving(), fold_moving))
        found = found.then(unmix(found.text), None)
    plain = fold(found.text)
    found = found.then(plain if plain.isascii() else unmix(plain), None)
    if "  " in found.text:
        found = found.then(*rewrite(found.text, _SEVERAL_SPACES, lambda _: " "))
    return found


def undisguise(text: str) -> Normalised:
    """``normalise``, and then the most suspicious reading: letters joined, digits and symbols as letters."""
    return read_through(normalise(text))


def readings(text: str) -> tuple[Normalised, ...]:
    """``normalise`` of ``text``, followed by its ``undisguise`` only where that reads differently."""
    plain = normalise(text)
    other = read_through(plain)
    return (plain,) if other.text == plain.text else (plain, other)
