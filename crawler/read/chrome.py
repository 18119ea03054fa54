# ruff: noqa: SIM905 - names read best as a line
"""What belongs to a site rather than to this page: navigation, footers, cookie bars.

A hint for the judge, never a reason to drop text: what an element is called decides only for elements that
are called that and nothing else, and a page that would be nothing but boilerplate has none.
"""

from collections.abc import Sequence

from blocklist.model import Block, BlockKind

ROLES = frozenset({"navigation", "contentinfo", "search", "menubar", "menu"})
_WORDS = frozenset(
    "nav navs navbar navi navigation topnav subnav menubar mainmenu topbar toolbar footer foot cookie "
    "cookies gdpr consent breadcrumb breadcrumbs crumbs copyright copyrights beian skiplink sitemap "
    "friendlink friendlinks pagination pager".split()
)
"""Parts of a class or an id, as ``-`` and ``_`` divide it."""
_SKIP = "skip"
_WHOLE = frozenset({"skip-link", "skip_link"})
_LONGEST_NAME = 300  # characters of class and id; longer ones are lists of utility classes
_MOST = 0.8  # of the visible text
_MENU = 8  # links in a row
_SHORT = 24  # characters a menu's entry has at most, on average
_END = Block(BlockKind.TEXT, "")
_LINK = BlockKind.LINK  # asked of its class a member costs a call


def names_chrome(name: str) -> bool:
    """Whether a class or an id says that an element belongs to the site."""
    if len(name) >= _LONGEST_NAME:
        return False
    lower = name.lower()
    if not _WORDS.isdisjoint(lower.replace("-", " ").replace("_", " ").split()):
        return True
    return _SKIP in lower and not _WHOLE.isdisjoint(lower.split())


def settle(blocks: list[Block]) -> list[Block]:
    """Mark link-dense lists too, then unmark everything where next to nothing would be left of the page."""
    marked = blocks.copy()
    start = 0
    for at, block in enumerate((*blocks, _END)):
        if block[0] is _LINK:
            continue
        if at - start >= _MENU and _is_menu(blocks[start:at]):
            marked[start:at] = [Block(*link[:3], True) for link in blocks[start:at]]
        start = at + 1
    for candidate in (marked, blocks):
        if _share(candidate) <= _MOST:
            return candidate
    return [block._replace(boilerplate=False) for block in blocks]


def _is_menu(links: Sequence[Block]) -> bool:
    return sum(len(link.text) for link in links) <= _SHORT * len(links)


def _share(blocks: Sequence[Block]) -> float:
    """Return how much of the visible text is marked."""
    whole = sum([len(text) for _, text, hidden, _ in blocks if not hidden])
    part = sum([len(text) for _, text, hidden, chrome in blocks if chrome and not hidden])
    return part / whole if whole else 0.0
