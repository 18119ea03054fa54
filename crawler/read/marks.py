"""What in a parsed page is of note to whoever reads its text: found by the parser's selectors, in few calls.

What no reader meets is taken out of the tree; scripts and style sheets must have been read before.
"""

from dataclasses import dataclass

from turbohtml import Document, Element, Node

from crawler.read.hidden import hidden_names, is_hidden
from crawler.read.tags import UNREAD

_UNREAD = ",".join(sorted(UNREAD))
_NOTABLE = "[style],[hidden],[aria-hidden],[aria-label],dialog"
_NAMED = f"{_NOTABLE},[class],[id]"


@dataclass(frozen=True, slots=True)
class Marks:
    """Nodes of note."""

    hiding: frozenset[Node]
    """They hide what is in them."""
    either: frozenset[Node]
    """They do that, or have an ``aria-label``."""


def mark(tree: Document, sheet: str) -> Marks:
    """Find what is of note in ``tree``, and take out of it what is not to be read; ``sheet`` is its CSS."""
    names = hidden_names(sheet) if sheet else frozenset()
    for shadow in tree.select("template[shadowrootmode]"):
        shadow.replace_with(*[node for part in shadow for node in part])
    tree.remove(_UNREAD)
    notable = tree.select(_NAMED if names else _NOTABLE)
    hiding = frozenset([node for node in notable if _hides(node, names)])
    labelled = frozenset([node for node in notable if node.attr("aria-label") is not None])
    return Marks(hiding, hiding | labelled)


def _hides(node: Element, names: frozenset[str]) -> bool:
    return (node.tag == "dialog" and node.attr("open") is None) or is_hidden(node.attr, names)
