# ruff: noqa: SIM905 - names of elements read best as a line
"""What elements are to a reader: which begin a block and of what kind, which are never read."""

from blocklist.model import BlockKind

UNREAD = frozenset(
    "script style template iframe object embed canvas audio video map noembed noframes math datalist "
    "title".split()
)
"""Nothing in them is running text that a reader meets."""

REPLACED = frozenset("img input br svg".split())
"""Parts of the running text that are no text."""
INLINE = REPLACED | {"a"}
"""Elements that bring more than their text, though they begin no block."""

KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "legend", "summary"), BlockKind.HEADING),
    **dict.fromkeys(("li", "dt", "dd", "option"), BlockKind.ITEM),
    **dict.fromkeys(("td", "th"), BlockKind.CELL),
    **dict.fromkeys(("button", "label"), BlockKind.CONTROL),
    **dict.fromkeys(
        "p div section article main header footer nav aside ul ol dl table tbody thead tfoot tr caption form "
        "fieldset figure figcaption blockquote pre center address details dialog body html head menu "
        "dir select optgroup textarea noscript marquee search hgroup hr".split(),
        BlockKind.TEXT,
    ),
}
"""Elements that begin a block of their own; every other is part of the running text."""

OWN = {
    **{tag: kind for tag, kind in KINDS.items() if kind is not BlockKind.TEXT},
    **dict.fromkeys(("table", "nav", "footer"), BlockKind.TEXT),
}
"""The kind that text in an element takes on; in any other it is of the kind that it has outside."""

BUYING = frozenset(
    "add to cart|add to bag|add to basket|add to trolley|buy|buy now|buy it now|order now|order|"
    "checkout|check out|proceed to checkout|shop now|purchase|pay now|add to order|"
    "in den warenkorb|jetzt kaufen|kaufen|ajouter au panier|acheter|añadir al carrito|comprar|"
    "comprar ahora|в корзину|купить|заказать|thêm vào giỏ hàng|mua ngay|beli sekarang|加入购物车|"
    "加入購物車|放入购物车|立即购买|立即購買|马上购买|立刻购买|购买|購買|我要购买|立即下单|马上下单|下单|立即抢购|马上抢购|去结算|結帳|结账|立即支付|提交订单|"
    "立即订购|在线订购|我要订购".split("|")
)
"""What a button says that begins a purchase, in lower case."""
LONGEST_BUTTON = 24  # characters
