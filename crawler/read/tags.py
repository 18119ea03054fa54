# ruff: noqa: SIM905 - names of elements read best as a line
"""What elements are to a reader: which begin a block and of what kind, which are never read."""

from blocklist.model import BlockKind

UNREAD = frozenset(
    "script style template iframe object embed canvas audio video map noembed noframes math datalist "
    "title".split()
)
"""Nothing in them is running text that a reader meets."""

REPLACED = frozenset("img input br svg".split())
"""Parts of the running text that are no text."""
INLINE = REPLACED | {"a"}
"""Elements that bring more than their text, though they begin no block."""

_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "legend", "summary"), BlockKind.HEADING),
    **dict.fromkeys(("li", "dt", "dd", "option"), BlockKind.ITEM),
    **dict.fromkeys(("td", "th"), BlockKind.CELL),
    **dict.fromkeys(("button", "label"), BlockKind.CONTROL),
    "blockquote": BlockKind.QUOTE,
    **dict.fromkeys(
        "p div section article main header footer nav aside ul ol dl table tbody thead tfoot tr caption form "
        "fieldset figure figcaption pre center address details dialog body html head menu "
        "dir select optgroup textarea noscript marquee search hgroup hr".split(),
        BlockKind.TEXT,
    ),
}
"""Elements that begin a block of their own; every other is part of the running text."""

_OWN = {
    **{tag: kind for tag, kind in _KINDS.items() if kind is not BlockKind.TEXT},
    **dict.fromkeys(("table", "nav", "footer"), BlockKind.TEXT),
}
_CHROME = frozenset({"nav", "footer"})

BEGINS = {tag: (_OWN.get(tag), tag in _CHROME, tag != "body") for tag in _KINDS}
"""Of each element that begins a block: the kind that text in it takes on (None: that which it has outside),
whether it is chrome whatever it is called, and whether it can be so by its name."""
