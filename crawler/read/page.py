"""The doors of this room: bytes to Page, plain text to Page, and the refresh that makes a page a hop."""

from blocklist.model import Block, BlockKind, Page, PageState, WebUrl
from blocklist.privacy import Pseudonymiser
from crawler.read.blocks import sketch
from crawler.read.chrome import settle
from crawler.read.contacts import find_contacts
from crawler.read.decode import decode
from crawler.read.forms import find_forms
from crawler.read.head import Head, read_head
from crawler.read.hidden import reveal
from crawler.read.joined import join
from crawler.read.language import guess_language
from crawler.read.limits import MAX_BLOCK, MAX_BLOCKS, MAX_LABEL, MAX_TEXT
from crawler.read.marks import mark
from crawler.read.markup import parse_markup
from crawler.read.offers import find_offers
from crawler.read.order import put_in_order
from crawler.read.plausible import is_binary
from crawler.read.prices import find_prices
from crawler.read.second_look import second_look
from crawler.read.states import page_state

_PLAIN = ("text/plain", "text/csv", "application/json", "text/markdown")


def read_page(body: bytes, *, content_type: str, url: WebUrl | None, pseudonymiser: Pseudonymiser) -> Page:
    """Read a landing page; ``content_type`` is the HTTP header's, empty where it is not known.

    Any bytes; never raises because of what they hold, and takes time in proportion to the limits at most.
    """
    text, charset = decode(body, content_type)
    if is_binary(text):
        reason = "binary data and no text"
        return Page(url=url, state=PageState.EMPTY, state_reason=reason, charset=charset)
    if content_type.lower().lstrip().startswith(_PLAIN) and "<html" not in text[:2000].lower():
        return _plain(text, title="", url=url, charset=charset, pseudonymiser=pseudonymiser)
    return _marked_up(text, url=url, charset=charset, pseudonymiser=pseudonymiser)


def read_text(text: str, *, title: str, url: WebUrl | None, pseudonymiser: Pseudonymiser) -> Page:
    """Make a Page of text that has no markup; each line is a block."""
    return _plain(text, title=title, url=url, charset="", pseudonymiser=pseudonymiser)


def _marked_up(text: str, *, url: WebUrl | None, charset: str, pseudonymiser: Pseudonymiser) -> Page:
    tree = parse_markup(text)
    head = read_head(tree)
    offers, forms = find_offers(tree, head, text), find_forms(tree)
    put_in_order(tree, head.sheet, text)
    seen = sketch(tree, mark(tree, head.sheet))
    if not any(block.kind is not BlockKind.ALT for block in seen.blocks):
        seen.blocks += second_look(text)
    before = _summary(head)
    blocks = (*before, *settle(reveal(seen.blocks, head.scripts)))
    joined = join(blocks)
    ahead, last = len(before), len(blocks) - 1
    links = [(href, at if (at := began + ahead) < last else last) for href, began in seen.links]
    state, reason = page_state(blocks, head, text)
    return Page(
        url=url,
        state=state,
        state_reason=reason,
        title=head.title,
        description=head.description,
        lang=head.lang or guess_language(blocks),
        charset=charset,
        blocks=blocks,
        offers=offers,
        prices=find_prices(joined),
        contacts=find_contacts(joined, links, pseudonymiser),
        forms=forms,
        refresh=head.refresh,
    )


def _plain(text: str, *, title: str, url: WebUrl | None, charset: str, pseudonymiser: Pseudonymiser) -> Page:
    title = " ".join(title[: 4 * MAX_LABEL].split())
    blocks = [Block(kind=BlockKind.TITLE, text=title)] if title else []
    for line in text[:MAX_TEXT].splitlines():
        words = " ".join(line.split())
        blocks += [
            Block(kind=BlockKind.TEXT, text=words[at : at + MAX_BLOCK])
            for at in range(0, len(words), MAX_BLOCK)
        ]
        if len(blocks) >= MAX_BLOCKS:
            break
    found = tuple(blocks)
    joined = join(found)
    state, reason = page_state(found, Head(title=title), "")
    return Page(
        url=url,
        state=state,
        state_reason=reason,
        title=title,
        lang=guess_language(found),
        charset=charset,
        blocks=found,
        prices=find_prices(joined),
        contacts=find_contacts(joined, (), pseudonymiser),
    )


def _summary(head: Head) -> list[Block]:
    """Return title, description and keywords as blocks before the body's."""
    found = [Block(kind=BlockKind.TITLE, text=head.title)] if head.title else []
    return found + [
        Block(kind=BlockKind.META, text=text) for text in (head.description, head.keywords) if text
    ]
