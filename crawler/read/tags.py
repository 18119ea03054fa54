# ruff: noqa: SIM905 - names of elements read best as a line
"""What elements are to a reader: which begin a block and of what kind, which are never read."""

from blocklist.model import BlockKind

SKIPPED = frozenset(
    "script style template iframe object embed canvas audio video map noembed noframes math datalist "
    "meta link base param source track wbr hr -comment -doctype".split()
)
"""Nothing in them is text that a reader meets."""

SPECIAL = frozenset("a img input title textarea frame frameset dialog br body".split())
"""Elements that bring more than their text."""

KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "legend", "summary"), BlockKind.HEADING),
    **dict.fromkeys(("li", "dt", "dd", "option"), BlockKind.ITEM),
    **dict.fromkeys(("td", "th"), BlockKind.CELL),
    **dict.fromkeys(("button", "label"), BlockKind.CONTROL),
    **dict.fromkeys(
        "p div section article main header footer nav aside ul ol dl table tbody thead tfoot tr caption form "
        "fieldset figure figcaption blockquote pre center address details dialog body html head title menu "
        "dir select optgroup textarea noscript marquee search hgroup".split(),
        BlockKind.TEXT,
    ),
}
"""Elements that begin a block of their own; every other is part of the running text."""

ANEW = frozenset({"table", "nav", "footer"})
"""Blocks whose text does not take on the kind of the item or cell that they stand in."""
