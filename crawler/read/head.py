"""What a page says about itself: description, keywords, language, refresh, shop metadata, counts."""

from dataclasses import dataclass, field

from turbohtml import Document, Element, Namespace

from crawler.read.hidden import matters
from crawler.read.limits import MAX_HREF, MAX_LABEL
from crawler.read.refresh import parse_refresh

_MAX_METAS = 200
_MAX_SHEETS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The page's words about itself; empty: it does not say."""

    title: str = ""
    description: str = ""
    keywords: str = ""
    lang: str = ""
    """BCP 47 primary tag."""
    refresh: str = ""
    """Target of a meta refresh as written."""
    sheet: str = ""
    """Text of its ``<style>`` elements that hide something or put it in another order."""
    images: int = 0
    scripts: int = 0
    frames: int = 0
    properties: dict[str, str] = field(default_factory=dict)
    """Open Graph and product properties, first value of each."""


def read_head(tree: Document) -> Head:
    """Read the metas wherever they stand: ``<noscript>`` in a head moves those behind it into the body."""
    named: dict[str, str] = {}
    refresh = ""
    for meta in tree.select("meta")[:_MAX_METAS]:
        said = meta.attr
        content = (said("content") or "")[: 4 * MAX_LABEL]
        name = (said("name") or said("property") or said("itemprop") or "").lower()
        if name and content:
            named.setdefault(name, " ".join(content.split()))
        elif not refresh and (said("http-equiv") or "").lower() == "refresh":
            found = None if _unscripted(meta) else parse_refresh(content)
            refresh = found[1][:MAX_HREF] if found else ""
    return Head(
        title=_title(tree),
        description=named.get("description") or named.get("og:description", ""),
        keywords=named.get("keywords", ""),
        lang=_language(tree),
        refresh=refresh,
        sheet=_sheet(tree),
        images=_count(tree, "img", "input[type=image i]"),
        scripts=_count(tree, "script"),
        frames=_count(tree, "frame", "frameset", "iframe"),
        properties={name: value for name, value in named.items() if ":" in name},
    )


def _count(tree: Document, *selectors: str) -> int:
    """Count elements; each selector by itself, since the parser has an index of tags but none of lists."""
    return sum(len(tree.select(selector)) for selector in selectors)


def _unscripted(node: Element) -> bool:
    parent = node.parent
    return isinstance(parent, Element) and parent.tag == "noscript"


def _title(tree: Document) -> str:
    titles = (node for node in tree.select("title") if node.namespace is Namespace.HTML)
    return " ".join(next((text for node in titles if (text := node.text)), "").split())[:MAX_LABEL]


def _language(tree: Document) -> str:
    root = tree.root
    declared = "" if root is None else (root.attr("lang") or root.attr("xml:lang") or "")
    primary = declared.strip().lower().replace("_", "-").partition("-")[0]
    return primary if primary.isascii() and primary.isalpha() and len(primary) in {2, 3} else ""


def _sheet(tree: Document) -> str:
    return "\n".join([text for node in tree.select("style")[:_MAX_SHEETS] if matters(text := node.text)])
