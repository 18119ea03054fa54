"""What belongs to a site rather than to this page: navigation, footers, cookie bars.

A hint for the judge, never a reason to drop text: what an element is called decides only for elements that
are called that and nothing else, and a page that would be nothing but boilerplate has none.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from blocklist.model import BlockKind
from crawler.read.sketch import Run

_TAGS = frozenset({"nav", "footer"})
_NAMING = ("class", "id")
_ROLES = frozenset({"navigation", "contentinfo", "search", "menubar", "menu"})
_NAME = re.compile(
    r"(?:^|[\s_-])(?:navs?|navbar|navi|navigation|topnav|subnav|menubar|mainmenu|topbar|toolbar|footer|foot|"
    r"cookies?|gdpr|consent|breadcrumbs?|crumbs|copyrights?|beian|skip-?link|sitemap|friendlinks?|pagination|"
    r"pager)(?=$|[\s_-])",
    re.IGNORECASE,
)
_LONGEST_NAME = 300  # characters of class and id; longer ones are lists of utility classes
_MOST = 0.8  # of the visible text
_MENU = 8  # links in a row
_SHORT = 24  # characters a menu's entry has at most, on average


def is_chrome(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Tell by tag, role, class and id."""
    if tag in _TAGS:
        return True
    if not attributes or tag == "body":
        return False
    for key in _NAMING:
        name = attributes.get(key)
        if name and _named(name):
            return True
    return "role" in attributes and attributes["role"] in _ROLES


@lru_cache(8192)
def _named(name: str) -> bool:
    return len(name) < _LONGEST_NAME and _NAME.search(name) is not None


def settle(runs: list[Run]) -> list[Run]:
    """Mark link-dense lists too, then unmark everything where next to nothing would be left of the page."""
    marked = list(runs)
    start = 0
    for at, run in enumerate((*runs, Run(BlockKind.TEXT, ""))):
        if run.kind is BlockKind.LINK:
            continue
        if at - start >= _MENU and _is_menu(runs[start:at]):
            marked[start:at] = [link._replace(chrome=True) for link in runs[start:at]]
        start = at + 1
    for candidate in (marked, runs):
        if _share(candidate) <= _MOST:
            return candidate
    return [run._replace(chrome=False) if run.chrome else run for run in runs]


def _is_menu(links: Sequence[Run]) -> bool:
    return sum(len(link.text) for link in links) <= _SHORT * len(links)


def _share(runs: Sequence[Run]) -> float:
    """Return how much of the visible text is marked."""
    whole = part = 0
    for _, text, hidden, chrome in runs:
        if not hidden:
            whole += len(text)
            if chrome:
                part += len(text)
    return part / whole if whole else 0.0
