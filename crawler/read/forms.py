"""Forms by what they are for, told from their fields, their address and their button."""

import re

from turbohtml import Document, Element

from blocklist.model import Form

_MAX_FORMS = 50
_MAX_FIELDS = 40
_MAX_NAME = 60  # characters
_PURPOSES = (
    (
        "checkout",
        (
            r"checkout|billing|card[-_ ]?num|cvv|payment|pay[-_ ]?now|place[-_ ]?order|"
            r"结算|提交订单|付款|收货|支付"
        ),
    ),
    (
        "cart",
        (
            r"cart|basket|add[-_ ]?to[-_ ]?(?:bag|cart)|buy[-_ ]?now|quantity|"
            r"加入购物车|立即购买|購物車|立即購買"
        ),
    ),
    ("login", r"passw|login|log[-_ ]?in|sign[-_ ]?in|登录|登陆|登錄|注册|註冊|register|sign[-_ ]?up"),
    ("search", r"search|query|keyword|(?:^|\s)(?:q|s|wd|kw|k)(?:\s|$)|搜索|搜尋|查询"),
    ("contact", r"contact|message|comment|e?mail|phone|enquir|inquir|留言|联系|聯繫|咨询|电话|姓名"),
)
_PATTERNS = tuple((purpose, re.compile(pattern, re.IGNORECASE)) for purpose, pattern in _PURPOSES)


def find_forms(tree: Document) -> tuple[Form, ...]:
    """Return the page's forms in order."""
    return tuple([_form(node) for node in tree.select("form")[:_MAX_FORMS]])


def _form(node: Element) -> Form:
    words = [node.attr(name) or "" for name in ("action", "id", "class", "name", "role")]
    fields: list[str] = []
    for field in node.select("input,select,textarea,button")[:_MAX_FIELDS]:
        said = field.attr
        kind = (said("type") or "").lower()
        name = (said("name") or said("id") or "")[:_MAX_NAME]
        if name and kind != "hidden":
            fields.append(name)
        if kind in {"password", "search"}:
            words.append("passw" if kind == "password" else "search")
        words += (
            name,
            said("placeholder") or "",
            said("value") or "" if kind in {"submit", "button"} else "",
        )
        if field.tag == "button":
            words.append(field.text[:_MAX_NAME])
    told = " ".join([word[:200] for word in words])
    purpose = next((purpose for purpose, pattern in _PATTERNS if pattern.search(told)), "other")
    return Form(purpose=purpose, fields=tuple(fields))
