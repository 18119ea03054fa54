"""A second, slower look with BeautifulSoup at the few pages that Lexbor reads as blank.

Lexbor follows the standard as browsers do: an unclosed ``<title>``, ``<textarea>`` or ``<script>`` in a
page that was cut off swallows the rest. Python's ``html.parser`` is more forgiving.
"""

import re
import warnings

from blocklist.model import Block, BlockKind

_MAX_CHARACTERS = 150_000  # about 50 ms
_MAX_TAGS = 5_000
_BETWEEN_TAGS = re.compile(r">\s*[^<>\s{}][^<>{}]{2,}<")
_SWALLOWING = re.compile(r"</?(?:title|textarea|xmp|plaintext|noframes)\b|<!\[", re.IGNORECASE)
_UNREAD = ("script", "style", "template", "noscript")


def second_look(text: str) -> list[Block]:
    """Return the lines of text that a lenient parser finds; empty: nothing, or it would take too long."""
    text = text[:_MAX_CHARACTERS]
    if text.count("<") > _MAX_TAGS or _BETWEEN_TAGS.search(text) is None:
        return []
    from bs4 import BeautifulSoup, ParserRejectedMarkup  # noqa: PLC0415 - few pages need it, and it loads slowly

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of what looks like a file name or XML; it is neither
        try:
            soup = BeautifulSoup(_SWALLOWING.sub("<p", text), "html.parser")
        except ParserRejectedMarkup:  # a marked section (``<![endife[``) that it does not know
            return []
    for element in soup(_UNREAD):
        element.decompose()
    lines = (" ".join(line.split()) for line in soup.get_text("\n").splitlines())
    return [Block(BlockKind.TEXT, line) for line in lines if line]
