"""Text between direction overrides, in the order in which a reader sees it.

U+202E shows everything up to its U+202C backwards (Unicode TR 9, X5): words written backwards between the
two read forwards. U+202D shows from left to right what is so anyway, and only matters within the other.
"""

import numpy as np

from crawler.read.offsets import Normalised

_FORWARD, _BACKWARD, _END = "\u202d", "\u202e", "\u202c"
_DEEPEST = 125  # Unicode TR 9, BD2


def straighten(found: Normalised) -> Normalised:
    """Turn round what stands after U+202E, up to its end or that of the line; the controls stay."""
    text = found.text
    if _BACKWARD not in text:
        return found
    order = np.arange(len(text), dtype=np.int32)
    opened: list[tuple[str, int]] = []
    for at, character in enumerate(text):
        if character in (_FORWARD, _BACKWARD) and len(opened) < _DEEPEST:
            opened.append((character, at + 1))
        elif character == _END and opened:
            kind, start = opened.pop()
            if kind == _BACKWARD and all(outer == _FORWARD for outer, _ in opened):
                order[start:at] = order[start:at][::-1].copy()
        elif character in "\n\u00b6":
            _close(order, opened, at)
    _close(order, opened, len(text))
    return found.then("".join([text[at] for at in order]), order, turned=True)


def _close(
    order: "np.ndarray[tuple[int], np.dtype[np.int32]]", opened: list[tuple[str, int]], end: int
) -> None:
    """End a paragraph, and every override with it; only the outermost turns."""
    if opened and opened[0][0] == _BACKWARD:
        start = opened[0][1]
        order[start:end] = order[start:end][::-1].copy()
    opened.clear()
