"""What a person writes for an announcement: Markdown -> HTML that can do no harm, or plain text (pure).

CommonMark and tables by markdown-it-py, with HTML and pictures off: what looks like markup is text. Headings
begin at the second level and go down one step at a time. Of links only those to the web are kept, of which
``listed`` says that the list does not cover them; every other address is shown defanged, and contacts masked.
"""

from collections.abc import Callable, Iterable, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from blocklist.privacy import mask_contacts
from blocklist.public.text import harmless

Listed = Callable[[str], bool]
"""Tells whether an address is listed, or is none."""

_MAX_LEVEL = 4
_READER = (
    MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
)


def html(source: str, listed: Listed) -> Markup:
    """Return ``source`` as HTML for the middle of a page."""
    tokens = _READER.parse(source)
    _level(tokens)
    for token in tokens:
        _made_safe(token, listed)
    # The renderer escapes every text; the elements are those of CommonMark and tables.
    return Markup(_READER.renderer.render(tokens, _READER.options, {}))  # noqa: S704


def plain(source: str) -> str:
    """Return ``source`` as text for reposting: no markup, no address that leads away, no contact."""
    return "\n".join(_safe(line).strip() if line.strip() else "" for line in bare(source).split("\n"))


def bare(source: str) -> str:
    """Return the words of ``source`` as a reader meets them, unmasked: a paragraph or an item a line."""
    lines: list[str] = []
    mark = ""
    for token in _READER.parse(source):
        if token.type == "list_item_open":
            mark = "- "
        elif token.type in {"inline", "fence", "code_block"}:
            lines.append(mark + "".join(_texts(token.children or [token])).strip())
            mark = ""
        elif token.nesting < 0 and token.level == 0 and lines and lines[-1]:
            lines.append("")
    return "\n".join(lines).strip()


def _texts(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        yield " " if token.type in {"softbreak", "hardbreak"} else token.content


def _level(tokens: Sequence[Token]) -> None:
    """Make headings fit below the page's own: h2 at most, and no step left out."""
    above = 1
    for token in tokens:
        if token.type == "heading_open":
            above = min(max(2, int(token.tag[1])), above + 1, _MAX_LEVEL)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{above}"


def _made_safe(token: Token, listed: Listed) -> None:
    if token.type in {"fence", "code_block"}:
        token.content, token.info = _safe(token.content), ""
    kept: list[bool] = []
    for child in token.children or ():
        if child.type in {"text", "code_inline"}:
            child.content = _safe(child.content)
        elif child.type == "link_open":
            kept.append(_may_link(str(child.attrs.get("href", "")), listed))
            child.attrs = {"href": child.attrs["href"], "rel": "noreferrer"} if kept[-1] else {}
            child.hidden = not kept[-1]
        elif child.type == "link_close":
            child.hidden = not kept.pop()


def _may_link(href: str, listed: Listed) -> bool:
    return href.startswith("https://") and not listed(href)


def _safe(text: str) -> str:
    """Make each line of ``text`` harmless, the blanks at its ends kept."""
    lines = []
    for line in text.split("\n"):
        middle = harmless(mask_contacts(line))
        before, after = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
        lines.append(f"{' ' if before else ''}{middle}{' ' if after and middle else ''}")
    return "\n".join(lines)
