"""What the markup keeps from the reader's eye, told from attributes and the page's own style sheet.

Only what is certain without layout: ``display:none``, ``visibility:hidden``, zero size or opacity, far
off-screen, text in the colour of its own background. ``aria-hidden`` alone hides from screen readers, not
from eyes; only on a closed dialog does it mean both. External style sheets and scripts are not fetched.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache

from ahocorasick_rs import AhoCorasick

from blocklist.model import Block
from crawler.read.sheets import selectors, telling_rules
from crawler.read.words import automaton

_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|"
    r"(?<![\w-])opacity\s*:\s*0?(?:\.0+)?(?![.\d])|"
    r"font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|\}|$)|"
    r"(?:text-indent|(?<![\w-])(?:left|right|top|margin-left|margin-top))\s*:\s*-\d{3,}(?:\.\d+)?(?:px|pt|em|rem|%)?|"
    r"clip\s*:\s*rect\(\s*(?:0|1px)[\s,]|clip-path\s*:\s*inset\(\s*(?:50|100)%",
    re.IGNORECASE,
)
_MATTERS = re.compile(
    r"none|hidden|collapse|clip|:\s*[0.]|-\d{3}|bidi-override|order\s*:|reverse|content\s*:"
)
_ZERO_SIZE = re.compile(r"(?<![\w-])(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?:;|!|$)", re.IGNORECASE)
_CLIPPED = re.compile(r"overflow(?:-[xy])?\s*:\s*hidden", re.IGNORECASE)
_COLOUR = re.compile(r"(?<![\w-])color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"background(?:-color)?\s*:\s*(#[0-9a-f]{3,8}|rgba?\([^)]*\)|[a-z]+)", re.IGNORECASE)
_DIALOG = re.compile(r"modal|dialog|popup|pop-up|drawer|offcanvas|lightbox", re.IGNORECASE)
_SIMPLE = re.compile(r"[.#][A-Za-z_][\w-]*\Z")
_AT_BLOCK = re.compile(
    # The condition is bounded: "@media" over and over without a brace took a minute.
    r"@(?:media|supports|keyframes|-webkit-keyframes)[^{}]{0,1000}+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}"
)
_NEXT_TO_NOTHING = 400  # characters: a notice that script is off may stand there
_FAR_MORE = 5
_MAX_SHEET = 200_000  # characters of style sheets read
_NAMED = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "transparent": "#00000000"}


def is_hidden(said: Callable[[str], str | None], sheet: frozenset[str]) -> bool:
    """Tell whether an element's attributes, or a rule of the page's sheet for its class or id, hide it.

    ``said`` gives the value of an attribute, None where the element has none of that name.
    """
    if (style := said("style")) and hides(style):
        return True
    if (hidden := said("hidden")) is not None and hidden.lower() != "until-found":
        return True
    if sheet and (
        any(f".{name}" in sheet for name in (said("class") or "").split()) or f"#{said('id') or ''}" in sheet
    ):
        return True
    if said("aria-hidden") == "true":
        return _DIALOG.search(f"{said('class') or ''} {said('role') or ''}") is not None
    return False


@lru_cache(2048)  # pages say the same of many elements
def hides(style: str) -> bool:
    """Tell whether CSS declarations make text invisible."""
    style = style[:2000]
    if _STYLE.search(style) or (_ZERO_SIZE.search(style) and _CLIPPED.search(style)):
        return True
    colour, background = _COLOUR.search(style), _BACKGROUND.search(style)
    return bool(colour and background and _colour(colour[1]) == _colour(background[1]))


def matters(sheet: str) -> bool:
    """Tell whether a style sheet could hide text, or show it otherwise than it is written."""
    return _MATTERS.search(sheet) is not None


def hidden_names(sheet: str) -> frozenset[str]:
    """Collect ``.class`` and ``#id`` that a style sheet hides; only plain selectors, no media queries."""
    sheet = _AT_BLOCK.sub("", sheet[:_MAX_SHEET])
    found: set[str] = set()
    for begin, said in telling_rules(sheet, _telling()):
        if hides(said):
            found.update(name for part in selectors(sheet, begin) if _SIMPLE.match(name := part.strip()))
    return frozenset(found)


@cache
def _telling() -> AhoCorasick:
    """Return what finds a word of each rule that ``hides``, and of some others."""
    words = ("none", "hidden", "collapse", "opacity", "font-size", "clip", "background")
    return automaton([*words, *(f"-{digit}" for digit in range(10))])


def reveal(blocks: list[Block], scripts: int) -> list[Block]:
    """Take a page that hides next to everything for one whose script will show it."""
    if not scripts or not any(block.hidden for block in blocks):
        return blocks
    seen = sum(len(block.text) for block in blocks if not block.hidden)
    unseen = sum(len(block.text) for block in blocks if block.hidden)
    if seen > _NEXT_TO_NOTHING or unseen < _FAR_MORE * max(seen, _NEXT_TO_NOTHING // 2):
        return blocks
    return [block._replace(hidden=False) for block in blocks]


def _colour(written: str) -> str:
    plain = written.strip().lower().replace(" ", "")
    plain = _NAMED.get(plain, plain)
    if re.fullmatch(r"#[0-9a-f]{3}", plain):
        plain = "#" + "".join(digit * 2 for digit in plain[1:])
    if numbers := re.fullmatch(r"rgb\((\d{1,3}),(\d{1,3}),(\d{1,3})\)", plain):
        plain = "#" + "".join(f"{int(number):02x}" for number in numbers.groups())
    return plain
