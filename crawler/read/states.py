"""What a reader meets: a page to read, or one of the kinds that say nothing and must never be called clear.

Wrong either way costs: a short shop called ``error`` escapes, a parked page called readable is cleared. So
a phrase alone never decides on a page with much text, and a page that sells (prices, carts) is readable
whatever it says.
"""

import re
from collections.abc import Sequence

from blocklist.model import Block, BlockKind, PageState
from crawler.read.head import Head
from crawler.read.state_words import (
    CAPTCHA,
    DEFAULT_SERVER,
    ENABLE_SCRIPT,
    ERROR_BODY,
    ERROR_TITLE,
    PARKED,
    SELLS,
)

_BESIDE = frozenset({BlockKind.META, BlockKind.TITLE, BlockKind.ALT})
_HAN = re.compile("[\u3400-\u9fff]")
_LITTLE = 40  # letters: less is no page to read
_FEW = 80  # letters beside the wish for JavaScript: a header perhaps
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


def page_state(blocks: Sequence[Block], head: Head, markup: str) -> tuple[PageState, str]:
    """Return the state and its reason in a few words; the reason of a readable page is empty."""
    texts, length = [], 0
    for kind, text, hidden, _ in blocks:
        if not hidden and kind not in _BESIDE:
            texts.append(text)
            length += len(text) + 1
            if length > _NOTICE + 1:  # there is more to read than any of the others says
                return PageState.READABLE, ""
    visible = " ".join(texts)
    letters = _letters(visible)
    told = f"{head.title}\n{visible}"
    if found := PARKED.search(told):
        return PageState.PARKED, f"says “{found[0].strip()[:60]}”"
    if letters <= _LITTLE or not SELLS.search(visible):
        for state, pattern in ((PageState.CAPTCHA, CAPTCHA), (PageState.DEFAULT_SERVER, DEFAULT_SERVER)):
            if found := pattern.search(told):
                return state, f"says “{found[0].strip()[:60]}”"
        found = ERROR_TITLE.search(head.title.strip()) or ERROR_BODY.search(visible)
        if found and letters <= _SHORT:
            return PageState.ERROR, f"says “{found[0].strip()[:60]}”"
    besides = " ".join(text for text in texts if not ENABLE_SCRIPT.search(text))
    if len(besides) < len(visible) and _letters(besides) <= _FEW:
        return PageState.SCRIPT_ONLY, "asks for JavaScript"
    return (PageState.READABLE, "") if letters > _LITTLE else _too_little(visible, head, markup)


def _letters(text: str) -> int:
    """Return how much there is to read; a Han character says what three Latin letters do."""
    return len(text) + (2 * len(_HAN.findall(text)) if len(text) <= _NOTICE else 0)


def _too_little(  # noqa: PLR0911 - one line for each case, in order
    visible: str, head: Head, markup: str
) -> tuple[PageState, str]:
    dense = _letters("".join(visible.split()))
    if markup and (head.scripts or "<script" in markup[:200_000].lower()):
        if _APP_ROOT.search(markup):
            return PageState.SCRIPT_ONLY, f"an app's empty root and {head.scripts} scripts"
        if _SCRIPT_MOVE.search(markup):
            return PageState.SCRIPT_ONLY, "a script leads elsewhere"
    if head.images and dense <= _LITTLE:
        return PageState.IMAGE_ONLY, f"{head.images} images and next to no text"
    if head.frames:
        return PageState.EMPTY, "only frames"
    if not dense:
        if head.scripts:
            return PageState.SCRIPT_ONLY, f"{head.scripts} scripts and no text"
        return PageState.EMPTY, "no text"
    if dense >= _LITTLE // 2 or not markup:
        return PageState.READABLE, ""
    if head.scripts:
        return PageState.SCRIPT_ONLY, f"{head.scripts} scripts and next to no text"
    return PageState.EMPTY, "next to no text"
