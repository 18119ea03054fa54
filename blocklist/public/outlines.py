"""Which templates are cut, and what each of them only writes out."""

from blocklist.public.browse import DOMAIN, DOMAINS_PAGE, DomainRow, DomainsPage
from blocklist.public.categories import OUTLINE as CATEGORY
from blocklist.public.categories import CategoryPage
from blocklist.public.entries import LIST, STAY, VISIT, EntriesPage, EntryView
from blocklist.public.entries import OUTLINE as ENTRY
from blocklist.public.quotes import EXCERPT, REASON, Excerpt, Reasons
from blocklist.public.removed import OUTLINE as REMOVED
from blocklist.public.removed import RemovedPage, Stay
from blocklist.public.render import Outlines
from blocklist.public.rows import OUTLINE as ROW
from blocklist.public.rows import Row
from blocklist.public.stencil import Outline
from blocklist.release.context import Visit

OUTLINES = Outlines(
    pieces=(
        ("alias", str, Outline()),
        ("domain", DomainRow, DOMAIN),
        ("domain-entry", str, Outline()),
        ("excerpt", Excerpt, EXCERPT),
        ("reason", Reasons, REASON),
        ("removal", Stay, STAY),
        ("row", Row, ROW),
        ("stay", Stay, STAY),
        ("visit", Visit, VISIT),
    ),
    pages=(
        ("category.html", CategoryPage, CATEGORY),
        ("domains.html", DomainsPage, DOMAINS_PAGE),
        ("entries.html", EntriesPage, LIST),
        ("entry.html", EntryView, ENTRY),
        ("removed-list.html", RemovedPage, REMOVED),
    ),
)
