"""What a reader meets: a page to read, or one of the kinds that say nothing and must never be called clear.

Wrong either way costs: a short shop called ``error`` escapes, a parked page called readable is cleared. So
a phrase alone never decides on a page with much text, and a page that sells (prices, carts) is readable
whatever it says.
"""

import re
from collections.abc import Sequence

from blocklist.model import Block, BlockKind, PageState
from crawler.read.sketch import Sketch
from crawler.read.state_words import (
    CAPTCHA,
    DEFAULT_SERVER,
    ENABLE_SCRIPT,
    ERROR_BODY,
    ERROR_TITLE,
    PARKED,
    SELLS,
)

_LITTLE = 40  # letters: less is no page to read
_SHORT = 600  # letters: an error page says no more
_NOTICE = 1_500  # letters: a parked page or a challenge says no more
_APP_ROOT = re.compile(
    r"<(?:div|main|section)\b[^>]{0,200}\bid=[\"']?(?:app|root|__next|__nuxt|q-app|main-app|ember\d*|svelte)\b"
    r"|<app-root|ng-app=|data-reactroot|window\.__INITIAL_STATE__|window\.__NUXT__",
    re.IGNORECASE,
)
_SCRIPT_MOVE = re.compile(
    r"(?:window|document|self|top)?\.?location(?:\.href)?\s*=\s*[\"'\w]|location\.(?:replace|assign)\("
)


def page_state(title: str, blocks: Sequence[Block], seen: Sketch, markup: str) -> tuple[PageState, str]:
    """Return the state and its reason in a few words; the reason of a readable page is empty."""
    visible = " ".join(
        block.text
        for block in blocks
        if not block.hidden and block.kind not in {BlockKind.META, BlockKind.TITLE, BlockKind.ALT}
    )
    letters = len(visible)
    told = f"{title}\n{visible[:_NOTICE]}"
    if letters <= _NOTICE and not (SELLS.search(visible) and letters > _LITTLE):
        for state, pattern in (
            (PageState.CAPTCHA, CAPTCHA),
            (PageState.DEFAULT_SERVER, DEFAULT_SERVER),
            (PageState.PARKED, PARKED),
        ):
            if found := pattern.search(told):
                return state, f"says “{found[0].strip()[:60]}”"
        if letters <= _SHORT:
            if found := ERROR_TITLE.search(title.strip()):
                return PageState.ERROR, f"title says “{found[0].strip()[:60]}”"
            if found := ERROR_BODY.search(visible):
                return PageState.ERROR, f"says “{found[0].strip()[:60]}”"
    if letters > _LITTLE and not (letters < _SHORT and ENABLE_SCRIPT.search(visible)):
        return PageState.READABLE, ""
    return _too_little(visible, seen, markup)


def _too_little(  # noqa: C901, PLR0911 - one line for each case, in order
    visible: str, seen: Sketch, markup: str
) -> tuple[PageState, str]:
    if ENABLE_SCRIPT.search(visible):
        return PageState.SCRIPT_ONLY, "asks for JavaScript"
    dense = len(re.sub(r"\s", "", visible))
    if markup and (seen.scripts or "<script" in markup[:200_000].lower()):
        if _APP_ROOT.search(markup):
            return PageState.SCRIPT_ONLY, f"an app's empty root and {seen.scripts} scripts"
        if _SCRIPT_MOVE.search(markup):
            return PageState.SCRIPT_ONLY, "a script leads elsewhere"
    if seen.images and dense <= _LITTLE:
        return PageState.IMAGE_ONLY, f"{seen.images} images and next to no text"
    if seen.frames:
        return PageState.EMPTY, "only frames"
    if not dense:
        if seen.scripts:
            return PageState.SCRIPT_ONLY, f"{seen.scripts} scripts and no text"
        return PageState.EMPTY, "no text"
    if _enough(visible) or not markup:
        return PageState.READABLE, ""
    if seen.scripts:
        return PageState.SCRIPT_ONLY, f"{seen.scripts} scripts and next to no text"
    return PageState.EMPTY, "next to no text"


def _enough(visible: str) -> bool:
    """Tell whether so little still is a message: a few Han characters say what a line of Latin does."""
    han = len(re.findall("[\u3400-\u9fff]", visible))
    return han * 3 + len(visible) - han >= _LITTLE // 2
