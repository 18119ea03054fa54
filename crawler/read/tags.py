"""What elements are to a reader: which begin a block and of what kind, which are never read."""

from blocklist.model import BlockKind

SKIPPED = frozenset(
    "script style template iframe object embed canvas audio video map noembed noframes math datalist".split()
)
"""Nothing in them is text that a reader meets."""

KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "legend", "summary"), BlockKind.HEADING),
    **dict.fromkeys(("li", "dt", "dd", "option"), BlockKind.ITEM),
    **dict.fromkeys(("td", "th"), BlockKind.CELL),
    **dict.fromkeys(("button", "label"), BlockKind.CONTROL),
    **dict.fromkeys(
        "p div section article main header footer nav aside ul ol dl table tbody thead tfoot tr caption form fieldset "
        "figure figcaption blockquote pre center address details dialog body html head title hr menu dir select "
        "optgroup textarea noscript marquee frameset search hgroup".split(),
        BlockKind.TEXT,
    ),
}
"""Elements that begin a block of their own; every other is part of the running text."""

BARE = frozenset("b i em strong br tbody tr thead tfoot head html u s wbr sub sup small big hr p".split())
"""Elements whose attributes are worth reading only when they style or hide: looked at only where a page does that."""
