"""An announcement as a picture to share: an SVG of 1200 by 630, the size that platforms show (pure).

It needs no font of ours and no other file. As a bitmap it would hold whatever fonts the building machine has,
and two machines would publish different bytes; ``tests/site_browser.py --cards`` draws PNG files from it.
"""

from xml.etree import ElementTree as ET

from blocklist.public.language import Language
from blocklist.public.notice_text import title_of
from blocklist.public.notices import NoticeView
from blocklist.public.plot import fitting, lines_of
from blocklist.public.render import SiteFacts
from blocklist.public.words import N_

WIDTH, HEIGHT = 1200, 630
_PAPER, _INK, _FAINT, _SEAL = "#fdfcf9", "#1f2426", "#5a6265", "#8a2f1d"
_SANS, _SERIF = "system-ui, sans-serif", "Georgia, 'Noto Serif CJK SC', serif"
_GOODS = 5
_BLOCKED, _WITHDRAWN = N_("links blocked"), N_("Withdrawn")


def card(notice: NoticeView, site: SiteFacts, language: Language) -> bytes:
    """Return the card's file."""
    period = language.period(notice.since, notice.until)
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "role": "img",
            "aria-labelledby": "card-title",
            "xml:lang": language.tag,
            "viewBox": f"0 0 {WIDTH} {HEIGHT}",
            "width": str(WIDTH),
            "height": str(HEIGHT),
        },
    )
    title = ET.SubElement(root, "title", id="card-title")
    ET.SubElement(root, "rect", width=str(WIDTH), height=str(HEIGHT), fill=_PAPER)
    ET.SubElement(root, "rect", width="16", height=str(HEIGHT), fill=_SEAL)
    _text(root, site.title, 80, 100, 40, _INK, weight="700", font=_SERIF)
    for place, line in enumerate(lines_of(title_of(notice, language), 1040 / 46 * 12)[:2]):
        _text(root, line, 80, 180 + 58 * place, 46, _INK, weight="700", font=_SERIF)
    if notice.withdrawn:
        title.text = f"{language.say(_WITHDRAWN)}: {period}"
        _text(root, language.say(_WITHDRAWN), 80, 430, 110, _SEAL, weight="700", font=_SERIF)
    else:
        title.text = f"{language.number(notice.links)} {language.say(_BLOCKED)}, {period}"
        _text(root, language.number(notice.links), 80, 430, 150, _SEAL, weight="700", font=_SERIF)
        _text(root, language.say(_BLOCKED), 84, 502, 40, _INK)
        for place, one in enumerate(notice.goods[:_GOODS]):
            words = f"{language.number(one.links)}  {fitting(one.category.title, 500 / 32 * 12)}"
            _text(root, words, 600, 316 + 50 * place, 32, _INK)
    _text(root, period, 80, 584, 30, _FAINT)
    return ET.tostring(root, encoding="unicode").encode() + b"\n"


def _text(
    root: ET.Element,
    words: str,
    x: int,
    y: int,
    size: int,
    fill: str,
    *,
    weight: str = "400",
    font: str = _SANS,
) -> None:
    ET.SubElement(
        root,
        "text",
        {
            "x": str(x),
            "y": str(y),
            "font-family": font,
            "font-size": str(size),
            "font-weight": weight,
            "fill": fill,
        },
    ).text = words
