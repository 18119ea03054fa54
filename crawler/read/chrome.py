"""What belongs to a site rather than to this page: navigation, footers, cookie bars.

A hint for the judge, never a reason to drop text: what an element is called decides only for elements that are
called that and nothing else, and a page that would be nothing but boilerplate has none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from blocklist.model import Block, BlockKind

_TAGS = frozenset({"nav", "footer"})
_ROLES = frozenset({"navigation", "contentinfo", "search", "menubar", "menu"})
_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navs|navbar|navi|navigation|topnav|subnav|menubar|mainmenu|topbar|toolbar|footer|foot|bottom-?nav|"
    r"cookies?|cookie-?(?:bar|banner|notice|consent)|gdpr|consent|breadcrumbs?|crumbs|copyright|copyrights|beian|"
    r"skip-?link|sitemap|friendlinks?|pagination|pager)(?=$|[\s_-])",
    re.IGNORECASE,
)
_MOST = 0.8  # of the visible text
_MENU = 8  # links in a row
_SHORT = 24  # characters a menu's entry has at most, on average


def is_chrome(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Tell by tag, role, class and id."""
    if tag in _TAGS:
        return True
    if tag == "body" or not attributes:
        return False
    if (attributes.get("role") or "") in _ROLES:
        return True
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return len(named) > 1 and len(named) < 300 and _NAME.search(named) is not None  # noqa: PLR2004 - generated names


def is_link_list(blocks: Sequence[Block]) -> bool:
    """Tell whether blocks in a row are a menu: many, short, and nothing but links."""
    return len(blocks) >= _MENU and sum(len(block.text) for block in blocks) <= _SHORT * len(blocks)


def settle(blocks: list[Block]) -> list[Block]:
    """Mark link-dense lists too, then unmark everything where next to nothing would be left of the page."""
    marked = list(blocks)
    start = 0
    for at in range(len(blocks) + 1):
        if at < len(blocks) and blocks[at].kind is BlockKind.LINK:
            continue
        if is_link_list(blocks[start:at]):
            marked[start:at] = [replace(block, boilerplate=True) for block in blocks[start:at]]
        start = at + 1
    for candidate in (marked, blocks):
        seen = [block for block in candidate if not block.hidden]
        total = sum(len(block.text) for block in seen)
        if sum(len(block.text) for block in seen if block.boilerplate) <= _MOST * total:
            return candidate
    return [replace(block, boilerplate=False) if block.boilerplate else block for block in blocks]
