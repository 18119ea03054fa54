"""Shared URLs and hops that lead to a listed page: each published as that one URL and no more.

An open redirector or a shortener is never listed beyond the one address that was seen to lead here
(DESIGN.md section 5, rule 1).
"""

from collections.abc import Collection, Iterable, Iterator

from blocklist.listing.guards import Guards
from blocklist.listing.pages import Landing, Standing
from blocklist.model import Alias, Entry, Finding, ListKey, Scope, WebUrl
from blocklist.scopes import Cover, key_host
from blocklist.urls import list_key, sensitive_parts


def aliases_of(
    pages: Collection[Landing],
    listed: Cover[Entry],
    previous: Iterable[Alias],
    findings: Iterable[Finding],
    guards: Guards,
) -> tuple[Alias, ...]:
    """Return the aliases of the ``listed`` entries, by expression; what an entry covers needs none.

    Aliases of before stay while their entry does and a link that may have gone over them is out of reach.
    """
    pages_by_key = {page.key: page for page in pages}
    found: dict[ListKey, Alias] = {}
    reached: set[str] = set()
    for page in pages:
        entry = _entry_over(page, listed)
        if entry is None:
            continue
        reached.add(entry.id)
        for way in _ways(page):
            key = list_key(way)
            if key in pages_by_key or not _may_alias(key, listed, guards):
                continue
            found.setdefault(key, Alias(expression=key, entry=entry.id, sensitive=bool(sensitive_parts(way))))
    known = tuple(previous)
    seen, dark = _links(findings, known)
    ids = {entry.id for entry in listed}
    for alias in known:
        stale = alias.expression in seen or alias.expression in pages_by_key
        stale = stale or alias.entry in reached - dark
        if alias.entry in ids and not stale and _may_alias(alias.expression, listed, guards):
            found.setdefault(alias.expression, alias)
    return tuple(found[key] for key in sorted(found))


def _links(findings: Iterable[Finding], aliases: Iterable[Alias]) -> tuple[set[ListKey], set[str]]:
    """Return the shared URLs that lead somewhere, and the entries to which those out of reach led."""
    led = {alias.expression: alias.entry for alias in aliases}
    seen: set[ListKey] = set()
    dark: set[str] = set()
    for each in findings:
        key = list_key(each.link.url)
        if each.verdict.landing is not None:
            seen.add(key)
        elif key in led:
            dark.add(led[key])
    return seen, dark


def _ways(page: Landing) -> Iterator[WebUrl]:
    for each in page.findings:
        yield each.link.url
        yield from each.hops


def _entry_over(page: Landing, listed: Cover[Entry]) -> Entry | None:
    """Return the entry that lists ``page``; a wider one only where the page itself deserves it."""
    if page.standing is Standing.CLEAR:
        return None
    entry = next(listed.over(page.key), None)
    deserved = page.standing is Standing.LISTABLE or (entry is not None and entry.scope is Scope.URL)
    return entry if deserved else None


def _may_alias(key: ListKey, listed: Cover[Entry], guards: Guards) -> bool:
    host = key_host(key)
    if guards.is_canary(host) or listed.covers(key):
        return False
    # The front page of a shared host is everybody's, whatever it did on one visit.
    return key != f"{host}/" or guards.guard_of(host) is None
