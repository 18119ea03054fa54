"""Whether a page tells about goods or sells them: prose without anything for a buyer to do is a report.

A seller must let the buyer act: a basket, an order, an invitation, a messenger's name. News, court rulings,
advice and stories name the same goods and prices, in whole sentences, and leave nothing to do. This travels
to sites and languages that no list of words has seen.
"""

import re

from blocklist.model import BlockKind, ContactKind, Page
from crawler.judge.sentences import SENTENCE_END
from crawler.judge.signals import Text

PROSE = 0.4  # share of a page's text from which it is prose; a shop's items and controls keep it below
_LONG = 100  # characters of a paragraph; captions and items are shorter
_LONG_HAN = 40  # the same in Chinese
_HAN = re.compile("[\u4e00-\u9fff]")
_BESIDE = frozenset({BlockKind.TITLE, BlockKind.META, BlockKind.ALT})
_RUNNING = frozenset({BlockKind.TEXT, BlockKind.QUOTE})
_FLYER = 160  # characters of a chat message or post
_ADDRESS = re.compile(
    r"https?://|www\.|[a-z0-9-]{2,63}\s?[.\u3002\uff0e\u70b9]\s?(?:top|vip|cc|com|net|me|xyz|club|site|app|shop|example)\b",
    re.IGNORECASE,
)
_IMPRINT = frozenset({ContactKind.EMAIL, ContactKind.PHONE})
"""Contacts that any page has, an editor's office too."""


def is_prose(text: Text) -> bool:
    """Whether the reader is given paragraphs of sentences rather than items, cells and controls."""
    whole = prose = 0
    for block in text.blocks:
        if block.hidden or block.boilerplate or block.kind in _BESIDE:
            continue
        whole += len(block.text)
        if block.kind in _RUNNING and _is_paragraph(block.text):
            prose += len(block.text)
    return prose >= PROSE * whole > 0


def is_flyer(text: Text) -> bool:
    """Whether it is a few words and an address: a message that sends its reader elsewhere to buy."""
    if len(text.text) - text.unseen > _FLYER:
        return False
    return any(_ADDRESS.search(block.text) for block in text.blocks if not block.hidden)


def invites_privately(page: Page) -> bool:
    """Whether a messenger's name stands on the page."""
    return any(contact.kind not in _IMPRINT for contact in page.contacts)


def _is_paragraph(words: str) -> bool:
    if len(words) < _LONG_HAN:
        return False
    long = len(words) >= _LONG or len(_HAN.findall(words)) * 3 > len(words)
    return long and SENTENCE_END.search(words) is not None
