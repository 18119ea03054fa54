"""Ways to reach whoever is behind a page, by kind; a handle leaves this room only as a keyed HMAC.

What marks a handle is the word before it (微信, QQ, Telegram …) in the spellings sellers use, or its own form
(an e-mail address, ``t.me/…``). Text is read folded, so that full width and look-alikes do not hide a
handle.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from ahocorasick_rs import AhoCorasick

from blocklist.model import Contact, ContactKind
from blocklist.privacy import Pseudonymiser
from crawler.read.contact_forms import ADDRESSES, FORMS, NOT_HANDLES, NUMBERS
from crawler.read.joined import Joined
from crawler.read.limits import MAX_FOUND
from crawler.read.normalise import normalise
from crawler.read.words import all_hits, automaton

_MOST_HITS = 5_000
_MAX_AFTER = 300  # characters of an address after its sign
_PHONE_DIGITS = range(7, 16)
_NAMED = {
    ContactKind.WECHAT: re.compile(r"[:=>]|号|\bid\b|加|[是为]"),
    ContactKind.TELEGRAM: re.compile(r"[:=@/>]|号|\bid\b|加|[是为]"),
    ContactKind.LINE: re.compile(r"号|\bid\b|@"),
}
"""What must stand before a handle that could be any word."""
_MASKED = re.compile(r"[0\s()+-]+|[x*\s()+-]+|(?:user|masked)(?:@masked\.\w+)?")


def find_contacts(
    joined: Joined, links: Sequence[tuple[str, int]], pseudonymiser: Pseudonymiser
) -> tuple[Contact, ...]:
    """Return each contact once per block, hidden blocks included; ``links`` are addresses and their block.

    A handle that somebody has masked keeps its kind and has no HMAC: it must not make one seller of all.
    """
    found: dict[Contact, None] = {}
    for kind, handle, block in (*_in_text(joined), *_in_links(links)):
        hmac = "" if _MASKED.fullmatch(handle) else pseudonymiser.contact(kind, handle)
        found[Contact(kind=kind, hmac=hmac, block=block)] = None
        if len(found) >= MAX_FOUND:
            break
    return tuple(found)


def _in_text(joined: Joined) -> Iterator[tuple[ContactKind, str, int]]:
    folded = normalise(joined.text)
    text = folded.text
    taken: list[tuple[int, int]] = []
    for kind, match in _matches(text):
        start, end = match.span(1)
        handle = match[1]
        if handle in NOT_HANDLES or any(start < last and first < end for first, last in taken):
            continue
        if kind is ContactKind.PHONE and sum(map(str.isdigit, handle)) not in _PHONE_DIGITS:
            continue
        if handle.isalpha() and kind in _NAMED and not _NAMED[kind].search(text, match.start(), start):
            continue  # "WeChat Weibo Twitter": a row of icons
        taken.append((start, end))
        if len(taken) > MAX_FOUND:
            return
        yield kind, handle, joined.block(folded.span(start, end)[0])


def _matches(text: str) -> Iterator[tuple[ContactKind, re.Match[str]]]:
    """Try each form only where its word stands, in the order of ``FORMS``; the numbers come last."""
    words, forms = _words()
    hits = all_hits(words, text)
    for number, at in sorted((forms[word], start) for word, start, _ in hits[:_MOST_HITS]):
        kind, _, back, form = FORMS[number]
        if not back:
            if match := form.match(text, at):
                yield kind, match
            continue
        for match in form.finditer(text, max(at - back, 0), at + back + _MAX_AFTER):
            if match.start() <= at < match.end():
                yield kind, match
    for form in NUMBERS:
        yield from ((ContactKind.PHONE, match) for match in form.finditer(text))


@cache
def _words() -> tuple[AhoCorasick, list[int]]:
    """Return the automaton of all words (ten times faster than looking for each), and the form of each."""
    words = [(word, number) for number, (_, words, _, _) in enumerate(FORMS) for word in words]
    return automaton([word for word, _ in words]), [number for _, number in words]


def _in_links(links: Sequence[tuple[str, int]]) -> Iterator[tuple[ContactKind, str, int]]:
    if not all_hits(_addresses(), "\n".join([href for href, _ in links])):
        return
    for href, block in links:
        if href[:1] in {"/", "#", "?", ""} or ":" not in href:
            continue
        for word, kind, form in ADDRESSES:
            if word in href and (match := form.search(href)):
                yield kind, match[1], block
                break


@cache
def _addresses() -> AhoCorasick:
    return automaton([word for word, _, _ in ADDRESSES])
