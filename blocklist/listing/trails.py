"""Which links lead to which pages and entries: one index over all findings, built once.

An unreachable link has no landing page in its verdict; what it belonged to is known from its own address and
from the aliases of the list before.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from blocklist.listing.pages import Landing
from blocklist.model import Alias, Entry, Finding, ListKey
from blocklist.scopes import Cover
from blocklist.urls import list_key


class Trails:
    """Pages and links by the entries they lie under."""

    def __init__(
        self,
        findings: Iterable[Finding],
        pages: Iterable[Landing],
        previous: Sequence[Entry],
        aliases: Iterable[Alias],
    ) -> None:
        cover = Cover({(entry.scope, entry.expression): entry.id for entry in previous})
        led = {alias.expression: alias.entry for alias in aliases}
        self._pages: defaultdict[str, list[Landing]] = defaultdict(list)
        self._links: defaultdict[str, list[Finding]] = defaultdict(list)
        self._from: defaultdict[ListKey, list[Landing]] = defaultdict(list)
        for page in pages:
            for entry in cover.over(page.key):
                self._pages[entry].append(page)
            for way in {list_key(each.link.url) for each in page.findings}:
                if way != page.key:
                    self._from[way].append(page)
        for finding in findings:
            key = list_key(finding.link.url)
            for entry in {*cover.over(key), *([led[key]] if key in led else [])}:
                self._links[entry].append(finding)

    def pages_under(self, entry: Entry) -> Sequence[Landing]:
        """Return the pages, as found now, that ``entry`` of the list before covers."""
        return self._pages.get(entry.id, ())

    def links_of(self, entry: Entry) -> Sequence[Finding]:
        """Return the links under watch that ``entry`` covers, or whose alias led to it."""
        return self._links.get(entry.id, ())

    def reached_from(self, key: ListKey) -> Sequence[Landing]:
        """Return the pages to which the shared URL ``key`` leads now, other than itself."""
        return self._from.get(key, ())
