"""What may be shown of a person's name: its beginning, by the one rule of DESIGN.md section 4."""

import re
import unicodedata

MASK = "****"
_ALPHABETS = ("LATIN", "GREEK", "CYRILLIC")  # scripts where three letters say as little as one Han character
_MAX_LETTERS = 3
_SHARE = 3  # at most one third of the name is shown
_BETWEEN = re.compile(r"[\W_]+")


def mask_name(name: str) -> str:
    """Return the first three letters of a Latin name or the first character of any other, then ``****``.

    Never more than a third of the whole, so that short names show nothing. Emoji, signs and digits in front
    are passed over and do not count as length; invisible and bidirectional controls are dropped. Empty for a
    name in which nothing can be seen.

    >>> mask_name("Hardman meeting room")
    'Har****'
    """
    plain = name.isascii() and name.isprintable()
    visible = name if plain else "".join(filter(_visible, unicodedata.normalize("NFC", name)))
    if not visible.strip():
        return ""
    folded = visible if visible.isascii() else unicodedata.normalize("NFKC", visible)
    # Folding may lengthen (one ligature, eighteen letters) and shorten; the smaller length counts.
    whole = min(_length(visible), _length(folded))
    return _beginning(folded)[: whole // _SHARE] + MASK


def _visible(char: str) -> bool:
    """Drop controls, format characters (zero width, bidi), marks, surrogates, private use, not assigned."""
    return unicodedata.category(char)[0] not in "CM" or char.isspace()


def _length(text: str) -> int:
    """Length with every run of blanks, signs and emoji counted as one character, and none at the ends."""
    return len(_BETWEEN.sub(" ", text).strip())


def _beginning(text: str) -> str:
    """Up to three letters of one alphabet, or one character of another script, from the first letter on."""
    shown = ""
    for char in text:
        script = unicodedata.name(char, "").partition(" ")[0] if char.isalpha() else ""
        if shown and (script not in _ALPHABETS or len(shown) == _MAX_LETTERS):
            break
        shown += char if script else ""
        if shown and script not in _ALPHABETS:
            break
    return shown
