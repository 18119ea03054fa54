"""A page in all languages at once, and the digest of what decides its bytes.

What the languages share is worked out once: an entry's excerpts are made harmless for all of them together.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

import orjson

from blocklist.public.render import Plan, Renderer
from blocklist.release.sheets import Sheet


class Leaf(NamedTuple):
    """One page, planned for every language."""

    path: str
    """Relative to each language's root."""
    template: str
    token: bytes
    """Says everything that decides the page but edition and path."""
    views: Callable[[], Iterable[object]]
    """Gives its page context in each language, in the order of the languages."""


def sheets_of(leaves: Iterable[Leaf], renderers: Sequence[Renderer], edition: bytes) -> Iterable[Sheet]:
    """Give the sheet of each leaf; ``edition`` (at most 64 bytes) says what decides every page alike."""
    roots = [renderer.root for renderer in renderers]
    begun = hashlib.blake2b(digest_size=16, key=edition).copy
    for path, template, token, views in leaves:
        digest = begun()  # of the edition, which is read once and not for every page
        digest.update(token)
        made = partial(_made, path, template, views, renderers)  # not the token, which is long
        yield Sheet(tuple([root + path for root in roots]), made, digest.digest())


def planned_sheets(plans: Iterable[Plan], renderer: Renderer, edition: bytes) -> Iterable[Sheet]:
    """Give the sheet of each page of one language; ``edition`` as for ``sheets_of``."""
    for plan in plans:
        token = token_of(plan.template, plan.view)
        inputs = hashlib.blake2b(token, digest_size=16, key=edition, person=b"plan").digest()
        yield Sheet((renderer.root + plan.path,), partial(_rendered, renderer, plan), inputs)


def _rendered(renderer: Renderer, plan: Plan) -> tuple[bytes]:
    return (renderer.render(plan)[1],)


def token_of(*facts: object) -> bytes:
    """Return ``facts`` as bytes that no others give: texts, numbers, moments, tuples, sets, dataclasses."""
    try:
        return orjson.dumps(facts, default=_as_list)
    except TypeError:  # a lone surrogate, which is no text in UTF-8
        return repr(facts).encode(errors="surrogatepass")


def _as_list(value: object) -> list[object]:
    """Return the items of a named tuple or of a set, in order."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError


def _made(
    path: str, template: str, views: Callable[[], Iterable[object]], renderers: Sequence[Renderer]
) -> Iterable[bytes]:
    for renderer, view in zip(renderers, views(), strict=True):
        yield renderer.render(Plan(path=path, template=template, view=view))[1]
