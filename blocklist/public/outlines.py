"""Which templates are cut, and what each of them only writes out."""

from blocklist.public.browse import DOMAIN, DomainRow
from blocklist.public.entries import OUTLINE as ENTRY
from blocklist.public.entries import STAY, VISIT, EntryView
from blocklist.public.quotes import EXCERPT, REASON, Excerpt, Reasons
from blocklist.public.removed import Stay
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
    pages=(("entry.html", EntryView, ENTRY),),
)
