"""The text as the judge matches it: every way of writing the same words folded into one, offsets kept.

``normalise`` changes only how characters are written and is safe for matching anything. Disguise that could
be innocent (spaced letters, digits for letters) is left to ``readings``, what words mean to the policy.
"""

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from crawler.read.composing import compose
from crawler.read.confusables import unmix
from crawler.read.folding import MARKS, MIXABLE, TURNING, Fold, fold, tables
from crawler.read.offsets import Normalised, Positions, codes_of, look_up, text_of
from crawler.read.turning import straighten

_CONTROLS = re.compile("[\x00-\x1f\x7f]")
_SPACE = 32

__all__ = ["Normalised", "normalise"]


@lru_cache(2)  # whoever looks for contacts and whoever judges ask for the same page
def normalise(text: str) -> Normalised:
    """NFKC, casefolded, simplified Chinese, spaces single, invisible characters gone, mixed scripts unmixed.

    Any string, lone surrogates included; never raises. ``span`` of the result leads back into ``text``.
    """
    found = Normalised(text, len(text))
    if text.isascii():
        return _single_spaced(found.then(_CONTROLS.sub(" ", text.lower())))
    return _folded(found, tables())


def _folded(found: Normalised, fold_tables: Fold) -> Normalised:
    odd = int(np.bitwise_or.reduce(_flags(found, fold_tables)))
    if odd & TURNING:
        found = straighten(found)
    if odd & MARKS:
        found = compose(found, _flags(found, fold_tables) & MARKS != 0)
    if odd & MIXABLE:
        found = _unmixed(found, fold_tables)
    plain, origin = fold(codes_of(found.text), fold_tables)
    found = found.then(text_of(plain), origin)
    if odd & MIXABLE:
        found = _unmixed(found, fold_tables)
    return _single_spaced(found)


def _flags(found: Normalised, fold_tables: Fold) -> npt.NDArray[np.uint8]:
    return look_up(fold_tables.flags, codes_of(found.text))


def _unmixed(found: Normalised, fold_tables: Fold) -> Normalised:
    """Unmix the words from the first to the last letter with look-alikes: a page has few, in one place."""
    text, letters = found.text, np.flatnonzero(_flags(found, fold_tables) & MIXABLE)
    if not len(letters):
        return found
    start = text.rfind(" ", 0, letters[0]) + 1
    end = text.find(" ", letters[-1])
    end = len(text) if end < 0 else end
    return found.then(text[:start] + unmix(text[start:end]) + text[end:])


def _single_spaced(found: Normalised) -> Normalised:
    if "  " not in found.text:
        return found
    codes = codes_of(found.text)
    blank = codes == _SPACE
    again = np.zeros(len(codes), bool)
    again[1:] = blank[1:] & blank[:-1]
    kept = np.flatnonzero(~again).astype(np.int32)
    # The one space that is left stands for all of them.
    last: Positions = np.append(kept[1:] - np.int32(1), np.int32(len(codes) - 1)).astype(np.int32)
    return found.then(text_of(codes[kept]), kept, np.where(blank[kept], last, kept))
