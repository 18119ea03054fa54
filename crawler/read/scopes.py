"""What holds for everything inside an element: of what kind it is, whether it is seen, and whose words it is.

There are few such states; each is made once, knows where it leads, and is told from another by identity.
"""

from itertools import product

from blocklist.model import BlockKind


class Scope:
    """One state, and those that an element within can change it to."""

    __slots__ = ("as_chrome", "as_hidden", "as_link", "chrome", "hidden", "kind", "link", "of_kind")

    def __init__(self, kind: BlockKind, *, hidden: bool, chrome: bool, link: bool) -> None:
        """Describe the state; ``outside`` ties it to the others."""
        self.kind = kind
        self.hidden = hidden
        self.chrome = chrome
        """Whether it belongs to the site rather than to the page."""
        self.link = link
        self.as_hidden = self.as_chrome = self.as_link = self
        self.of_kind: dict[BlockKind, Scope] = {}


def outside() -> Scope:
    """Return the state outside of all elements, from which every other can be reached."""
    flags = (False, True)
    found = {
        (kind, hidden, chrome, link): Scope(kind, hidden=hidden, chrome=chrome, link=link)
        for kind, hidden, chrome, link in product(BlockKind, flags, flags, flags)
    }
    for (kind, hidden, chrome, link), scope in found.items():
        scope.as_hidden = found[kind, True, chrome, link]
        scope.as_chrome = found[kind, hidden, True, link]
        scope.as_link = found[kind, hidden, chrome, True]
        scope.of_kind = {other: found[other, hidden, chrome, link] for other in BlockKind}
    return found[BlockKind.TEXT, False, False, False]


OUTSIDE = outside()
