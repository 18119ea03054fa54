"""Evasions in the markup: what the eye sees is one word, what a parser reads is not.

As ``tests/evasions_letters.py``: written blind. Each takes a document and gives a document that a browser
renders with the same words for the reader.
"""

# ruff: noqa: RUF001 - Chinese has its own comma
import html
import re
from collections.abc import Callable
from random import Random

from tests.evasions_letters import HAN, WORD

MarkupEvasion = Callable[[str, Random], str]

_TOKEN = re.compile(
    r"(<!--.*?-->|<(script|style|title|textarea|noscript|option)\b.*?</\2\s*>|<[^>]*>)",
    re.DOTALL | re.IGNORECASE,
)
_TITLE = re.compile(r"(<title\b[^>]*>)(.*?)(</title)", re.DOTALL | re.IGNORECASE)
_ALT = re.compile(r"(\balt=\")([^\"]*)(\")", re.IGNORECASE)


def document(title: str, text: str) -> str:
    """The least markup around a text; its title is a heading, so that markup can change it too."""
    lines = "\n".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>Welcome</title>\n</head>\n<body>\n'
        f"<h1>{html.escape(title)}</h1>\n{lines}\n</body>\n</html>\n"
    )


def in_nodes(page: str, change: Callable[[str], str]) -> str:
    """Change the text between tags; ``change`` takes text and gives markup."""
    out, at = [], 0
    for token in _TOKEN.finditer(page):
        out += [_node(page[at : token.start()], change), token[0]]
        at = token.end()
    return "".join([*out, _node(page[at:], change)])


def _node(raw: str, change: Callable[[str], str]) -> str:
    return change(html.unescape(raw)) if raw.strip() else raw


def in_text(page: str, change: Callable[[str], str]) -> str:
    """Change the text between tags, the title and the texts of pictures; ``change`` takes and gives text."""

    def escaped(found: re.Match[str]) -> str:
        return found[1] + html.escape(change(html.unescape(found[2]))) + found[3]

    page = in_nodes(page, lambda text: html.escape(change(text), quote=False))
    return _ALT.sub(escaped, _TITLE.sub(escaped, page, count=1))


def _words(page: str, change: Callable[[str], str]) -> str:
    """Replace words by markup, all else stays text."""

    def changed(text: str) -> str:
        out, at = [], 0
        for word in WORD.finditer(text):
            out += [html.escape(text[at : word.start()], quote=False), change(word[0])]
            at = word.end()
        return "".join([*out, html.escape(text[at:], quote=False)])

    return in_nodes(page, changed)


def _styled(page: str, sheet: str) -> str:
    """Put a style sheet into the head, or before everything."""
    style = f"<style>{sheet}</style>"
    changed, found = re.subn(r"(</head\s*>)", lambda end: style + end[1], page, count=1, flags=re.IGNORECASE)
    return changed if found else style + page


def split_in_two(page: str, chance: Random) -> str:
    """<b>ca</b><i>sino</i>."""

    def cut(word: str) -> str:
        at = chance.randrange(1, len(word))
        first, second = chance.choice(
            (("b", "i"), ("span", "span"), ("em", "font"), ("u", "strong"), ("a", "b"))
        )
        return f"<{first}>{word[:at]}</{first}><{second}>{word[at:]}</{second}>"

    return _words(page, cut)


def split_by_letter(page: str, chance: Random) -> str:
    """Every letter an element of its own, some with a style that shows nothing."""

    def cut(word: str) -> str:
        look = chance.choice(("", "", ' style="color:inherit"', ' class="l"'))
        return "".join(f"<span{look}>{c}</span>" for c in word)

    return _words(page, cut)


def split_by_nothing(page: str, chance: Random) -> str:
    """Soft hyphens, break opportunities, comments, empty elements and entities of no width within words."""
    nothings = (
        "&shy;",
        "<wbr>",
        "<!-- -->",
        "<b></b>",
        "&#8203;",
        "&zwnj;",
        "<span></span>",
        "<!--x9-->",
        "&ZeroWidthSpace;",
    )

    def cut(word: str) -> str:
        return "".join(c + (chance.choice(nothings) if chance.random() < 0.5 else "") for c in word)

    return _words(page, cut)


_GONE = (
    "display:none",
    "visibility:hidden;position:absolute",
    "font-size:0",
    "position:absolute;left:-9999px",
    "opacity:0;position:absolute",
    "font-size:0px;color:#fff",
    "display:inline-block;width:0;height:0;overflow:hidden",
)


def hidden_letters(page: str, chance: Random) -> str:
    """Letters that nobody sees within words: hidden in place, by a class or by the attribute."""
    in_sheet = chance.choice(_GONE)

    def filled(word: str) -> str:
        at = chance.randrange(1, len(word))
        filler = (
            "".join(chance.choice("xqzjkwv") for _ in range(3))
            if word.isascii()
            else chance.choice("的之乎者也")
        )
        way = chance.choice(
            (
                f' style="{chance.choice(_GONE)}"',
                ' class="zq7"',
                " hidden",
                f' style="{chance.choice(_GONE)}"',
            )
        )
        return f"{word[:at]}<span{way}>{filler}</span>{word[at:]}"

    return _styled(_words(page, filled), f".zq7{{{in_sheet}}}")


def reversed_by_style(page: str, chance: Random) -> str:
    """Words written backwards that the style turns round: unicode-bidi and <bdo>."""

    def turned(word: str) -> str:
        back = word[::-1]
        return chance.choice(
            (
                f'<span style="unicode-bidi:bidi-override;direction:rtl">{back}</span>',
                f'<bdo dir="rtl">{back}</bdo>',
                f'<span class="r7">{back}</span>',
            )
        )

    return _styled(_words(page, turned), ".r7{direction:rtl;unicode-bidi:bidi-override}")


def ordered_by_style(page: str, chance: Random) -> str:
    """Parts of words in another order in the markup, set right by flex order, row-reverse or float."""

    def turned(word: str) -> str:
        at = chance.randrange(1, len(word))
        first, second = word[:at], word[at:]
        box, one, other = chance.choice(
            (
                ("display:inline-flex", "order:2", "order:1"),
                ("display:inline-flex;flex-direction:row-reverse", "", ""),
                ("display:inline-block", "float:right", "float:left"),
            )
        )
        return f'<span style="{box}"><i style="{one}">{second}</i><i style="{other}">{first}</i></span>'

    return _words(page, turned)


def written_by_style(page: str, chance: Random) -> str:
    """Half of each word comes from the style sheet: content:"…" and content:attr(…)."""
    rules: list[str] = [".c7::before{content:attr(data-t)}"]

    def drawn(word: str) -> str:
        at = chance.randrange(1, len(word))
        if chance.random() < 0.5 or len(rules) > 200:
            return f'<span class="c7" data-t="{word[:at]}"></span>{word[at:]}'
        rules.append(f'.c7x{len(rules)}::after{{content:"{word[at:]}"}}')
        return f'<span class="c7x{len(rules) - 1}">{word[:at]}</span>'

    changed = _words(page, drawn)
    return _styled(changed, "".join(rules))


_FILLER = {
    "en": (
        "The museum reopened its east wing on Sunday after two years of restoration work.",
        "According to a study published this week, researchers found no evidence of a link.",
        "Police said on Tuesday that a man was arrested and charged; the trial continues.",
        "This product has been recalled. Do not use it; talk to your doctor or pharmacist.",
        "In chapter three the narrator describes the harbour town where she grew up.",
        "Help is available: call the national helpline for free and confidential advice.",
        "The law prohibits the sale without a licence; offenders are liable to a fine.",
        "Our church choir meets every Thursday evening; new voices are always welcome.",
    ),
    "zh": (
        "博物馆东馆经过两年修缮于周日重新开放。",
        "警方周二表示，一名男子已被逮捕并被起诉，案件仍在审理中。",
        "据本周发表的一项研究，研究人员没有发现两者存在关联的证据。",
        "根据法律规定，未取得许可证不得销售，违者将被处以罚款。",
        "该产品已被召回，请停止使用并咨询医生或药师。", "小说第三章描写了她长大的海港小镇。",
        "如需帮助，请拨打免费保密的求助热线。", "市民合唱团每周四晚排练，欢迎新成员加入。",
    ),
}  # fmt: skip


def hidden_filler(page: str, chance: Random) -> str:
    """Innocent paragraphs that nobody sees, before and after everything, twice as long as they need be."""
    filler = _FILLER["zh" if len(HAN.findall(page)) > 5 else "en"]
    in_sheet = chance.choice(_GONE)

    def paragraphs() -> str:
        out = []
        for _ in range(6):
            way = chance.choice(
                (
                    f'style="{chance.choice(_GONE)}"',
                    'class="f7"',
                    "hidden",
                    'style="color:#fff;background:#fff"',
                )
            )
            out.append(f"<div {way}><p>{chance.choice(filler)} {chance.choice(filler)}</p></div>")
        return "\n".join(out)

    before, after = paragraphs(), paragraphs()
    start = re.search(r"<body\b[^>]*>", page, re.IGNORECASE)
    end = page.lower().rfind("</body")
    if start is None or end < start.end():
        return f"<style>.f7{{{in_sheet}}}</style>{before}{page}{after}"
    return _styled(
        page[: start.end()] + before + page[start.end() : end] + after + page[end:], f".f7{{{in_sheet}}}"
    )


def entities(page: str, chance: Random) -> str:
    """Every character a numeric reference, decimal or hexadecimal."""

    def referred(text: str) -> str:
        return "".join(
            c if c.isspace() else (f"&#{ord(c)};" if chance.random() < 0.5 else f"&#x{ord(c):X};")
            for c in text
        )

    return in_nodes(page, referred)
