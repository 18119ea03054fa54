"""Goods that a page's own metadata declares for sale: JSON-LD, microdata, Open Graph, as ``model.Offer``.

Vocabulary: https://schema.org/Product and https://schema.org/Offer; ``product:price:amount`` of Open Graph.
Broken JSON is mended where the breakage is of the common kinds, else passed over.
"""

import html
import re
from collections.abc import Iterator

import orjson
from turbohtml import Document, Element

from blocklist.model import Offer
from crawler.read.head import Head
from crawler.read.limits import MAX_LABEL, MAX_OFFERS

_MAX_JSON = 500_000  # characters in one script
_MAX_SCRIPTS = 50  # that hold data
_MAX_STEPS = 20_000  # values walked
_GOODS = (
    "product",
    "offer",
    "aggregateoffer",
    "productgroup",
    "vehicle",
    "drug",
    "individualproduct",
    "productmodel",
)
_ITEMS = '[itemtype*="schema.org/Product" i],[itemtype*="schema.org/Offer" i]'
_OFFERS = "[itemtype*='/Offer' i],[itemtype*='/AggregateOffer' i]"
_COMMENTS = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>|;)\s*$", re.DOTALL)
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
_CONTROLS = re.compile(r"[\x00-\x1f]+")


def find_offers(tree: Document, head: Head, markup: str) -> tuple[Offer, ...]:
    """Return what is declared, each once, at most ``MAX_OFFERS``; ``markup`` is what ``tree`` was made of."""
    found: dict[Offer, None] = {}
    if "ld+json" in markup:
        for script in tree.select('script[type*="ld+json" i]')[:_MAX_SCRIPTS]:
            found.update(dict.fromkeys(_json_ld(script.text)))
    if "schema.org/" in markup and "itemscope" in markup.lower():
        for node in tree.select(_ITEMS)[:MAX_OFFERS]:
            if offer := _microdata(node):
                found[offer] = None
    if offer := _open_graph(head):
        found[offer] = None
    return tuple(found)[:MAX_OFFERS]


def _json_ld(written: str) -> Iterator[Offer]:
    """Walk the whole document: sites nest their products anywhere."""
    waiting: list[tuple[object, str]] = [(_loads(written[:_MAX_JSON]), "")]
    for _ in range(_MAX_STEPS):
        if not waiting:
            return
        value, name = waiting.pop()
        if isinstance(value, list):
            waiting += [(part, name) for part in reversed(value)]
        elif isinstance(value, dict):
            own = _string(value.get("name")) or name
            if _is_goods(value.get("@type")):
                if "offers" not in value and (own or "price" in value):
                    yield _offer("json-ld", own, value)
            else:
                own = ""
            waiting += [(part, own) for part in reversed(value.values()) if isinstance(part, dict | list)]


def _is_goods(declared: object) -> bool:
    kinds = declared if isinstance(declared, list) else [declared]
    return any(isinstance(kind, str) and kind.rpartition("/")[2].lower() in _GOODS for kind in kinds)


def _offer(source: str, name: str, values: dict[str, object]) -> Offer:
    specification = values.get("priceSpecification")
    inner = specification[0] if isinstance(specification, list) and specification else specification
    more = inner if isinstance(inner, dict) else {}
    price = values.get("price", values.get("lowPrice", more.get("price")))
    return Offer(
        source=source,
        name=name,
        price=_string(price),
        currency=_string(values.get("priceCurrency") or more.get("priceCurrency"))[:12],
        availability=_string(values.get("availability")).rpartition("/")[2][:40],
    )


def _string(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(html.unescape(str(value)[: 2 * MAX_LABEL]).split())[:MAX_LABEL]


def _loads(written: str) -> object:
    """Read JSON; None: beyond repair."""
    for text in (written, _CONTROLS.sub(" ", _TRAILING_COMMA.sub("", _COMMENTS.sub("", written.strip())))):
        try:
            value: object = orjson.loads(text.encode(errors="replace"))
        except orjson.JSONDecodeError:
            continue
        return value
    return None


def _microdata(node: Element) -> Offer | None:
    kind = (node.attr("itemtype") or "").rpartition("/")[2].lower()
    if kind.startswith("product") and node.select_one(_OFFERS):
        return None  # its offers speak for it
    values = _properties(node)
    name = values.get("name", "")
    outer = node.parent
    for _ in range(12):
        if name or not isinstance(outer, Element):
            break
        if "product" in (outer.attr("itemtype") or "").lower():
            name = _properties(outer).get("name", "")
        outer = outer.parent
    if not name and "price" not in values and "lowPrice" not in values:
        return None
    return _offer("microdata", _string(name), dict(values))


def _properties(node: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in node.select("[itemprop]")[:60]:
        value = part.attr("content") or part.attr("href") or ""
        if "itemscope" not in part.attrs:
            found.setdefault(part.attr("itemprop") or "", value or part.text[: 2 * MAX_LABEL])
    return found


def _open_graph(head: Head) -> Offer | None:
    said = head.properties
    price = said.get("product:price:amount") or said.get("og:price:amount", "")
    if not price and "product" not in said.get("og:type", ""):
        return None
    return Offer(
        source="opengraph",
        name=_string(said.get("og:title", "")),
        price=_string(price),
        currency=(said.get("product:price:currency") or said.get("og:price:currency", ""))[:12],
        availability=_string(said.get("product:availability") or said.get("og:availability", ""))[:40],
    )
