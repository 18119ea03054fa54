"""What a page says about itself: description, keywords, language, refresh, shop metadata, style sheet."""

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.read.hidden import matters
from crawler.read.limits import MAX_HREF, MAX_LABEL
from crawler.read.refresh import parse_refresh

_MAX_METAS = 200
_MAX_SHEETS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The page's words about itself; empty: it does not say."""

    description: str = ""
    keywords: str = ""
    lang: str = ""
    """BCP 47 primary tag."""
    refresh: str = ""
    """Target of a meta refresh as written."""
    sheet: str = ""
    """Text of its ``<style>`` elements that hide something or put it in another order."""
    properties: dict[str, str] = field(default_factory=dict)
    """Open Graph and product properties, first value of each."""


def read_head(tree: LexborHTMLParser) -> Head:
    """Read the metas wherever they stand: ``<noscript>`` in a head moves those behind it into the body."""
    named: dict[str, str] = {}
    refresh = ""
    for meta in tree.tags("meta")[:_MAX_METAS]:
        attributes = meta.attributes
        content = (attributes.get("content") or "")[: 4 * MAX_LABEL]
        name = (
            attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
        ).lower()
        if name and content:
            named.setdefault(name, " ".join(content.split()))
        elif not refresh and (attributes.get("http-equiv") or "").lower() == "refresh":
            found = None if _unscripted(meta) else parse_refresh(content)
            refresh = found[1][:MAX_HREF] if found else ""
    return Head(
        description=named.get("description") or named.get("og:description", ""),
        keywords=named.get("keywords", ""),
        lang=_language(tree),
        refresh=refresh,
        sheet=_sheet(tree),
        properties={name: value for name, value in named.items() if ":" in name},
    )


def _unscripted(node: LexborNode) -> bool:
    parent = node.parent
    return parent is not None and parent.tag == "noscript"


def _language(tree: LexborHTMLParser) -> str:
    root = tree.root
    attributes = root.attributes if root is not None else {}
    declared = (attributes.get("lang") or attributes.get("xml:lang") or "").strip().lower()
    primary = declared.replace("_", "-").partition("-")[0]
    return primary if primary.isascii() and primary.isalpha() and len(primary) in {2, 3} else ""


def _sheet(tree: LexborHTMLParser) -> str:
    texts = (style.text() for style in tree.tags("style")[:_MAX_SHEETS])
    return "\n".join(text for text in texts if matters(text))
