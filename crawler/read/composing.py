"""Base letters and the marks that follow them, composed (NFC) with positions kept."""

import unicodedata

import numpy as np
import numpy.typing as npt

from crawler.read.offsets import Normalised, rewrite_spans

_MAX_MARKS = 8  # letters with more marks than any language stacks are decoration; the rest is dropped


def compose(found: Normalised, marks: npt.NDArray[np.bool_]) -> Normalised:
    """NFC; nothing to do for most texts, and known quickly. ``marks`` says which characters are marks."""
    if unicodedata.is_normalized("NFC", found.text):
        return found
    edges = np.diff(marks, prepend=False, append=False).nonzero()[0]
    begins, ends = np.maximum(edges[::2] - 1, 0), edges[1::2]  # from the letter that bears them
    return rewrite_spans(found, list(zip(begins.tolist(), ends.tolist(), strict=True)), _composed)


def _composed(cluster: str) -> str:
    return unicodedata.normalize("NFC", cluster[: 1 + _MAX_MARKS])
