"""The Atom feed of announcements (RFC 4287), built as a tree so that nothing in it can become markup."""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from blocklist.public.language import Language
from blocklist.public.notices import NoticeView
from blocklist.public.render import SiteFacts
from blocklist.public.words import N_

ATOM = "http://www.w3.org/2005/Atom"
FEED_ITEMS = 30
_TITLE = N_("Links blocked: %(links)s (%(period)s)")
_WITHDRAWN = N_("Withdrawn: announcement of %(period)s")
_SUMMARY = N_(
    "%(links)s links blocked and announced; measures recommended for %(accounts)s accounts and "
    "%(groups)s groups; %(removed)s entries removed, of these %(corrected)s listed in error."
)
_APPLIED = N_(
    "%(links)s links blocked and announced; the platform took measures against %(accounts)s accounts and "
    "%(groups)s groups; %(removed)s entries removed, of these %(corrected)s listed in error."
)
SUBTITLE = N_("Announcements: links blocked because they sell illegal or contraband goods.")


def notice_title(notice: NoticeView, language: Language) -> str:
    """Return the headline of an announcement."""
    period = language.period(notice.since, notice.until)
    if notice.withdrawn:
        return language.say(_WITHDRAWN) % {"period": period}
    if notice.title:
        return notice.title
    return language.say(_TITLE) % {"links": language.number(notice.links), "period": period}


def atom(notices: tuple[NoticeView, ...], site: SiteFacts, language: Language, updated: datetime) -> bytes:
    """Return the feed; ``updated`` is said when there is no announcement yet."""
    newest = max((one.updated_at for one in notices), default=updated)
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": language.tag})
    _add(feed, "id", _id(site, language, "feed"))
    _add(feed, "title", site.title)
    _add(feed, "subtitle", language.say(SUBTITLE))
    _add(feed, "updated", stamp(newest))
    _add(ET.SubElement(feed, "author"), "name", site.publisher or site.title)
    ET.SubElement(
        feed, "link", rel="self", type="application/atom+xml", href=link(site, language, "feed.xml")
    )
    ET.SubElement(feed, "link", rel="alternate", type="text/html", href=link(site, language, "index.html"))
    for notice in notices[:FEED_ITEMS]:
        page = f"announcements/{notice.slug}/index.html"
        item = ET.SubElement(feed, "entry")
        _add(item, "id", item_id(site, language, notice))
        _add(item, "title", notice_title(notice, language))
        _add(item, "published", stamp(notice.published_at))
        _add(item, "updated", stamp(notice.updated_at))
        ET.SubElement(item, "link", rel="alternate", type="text/html", href=link(site, language, page))
        _add(item, "summary", summary(notice, language))
    ET.indent(feed, space=" ")
    body: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def summary(notice: NoticeView, language: Language) -> str:
    """Return what an announcement says in a sentence; of one that was withdrawn, why."""
    if notice.withdrawn:
        return notice.amendments[-1].reason
    counts = {
        "links": notice.links,
        "accounts": notice.account_total,
        "groups": notice.group_total,
        "removed": notice.removed,
        "corrected": notice.corrected,
    }
    words = _APPLIED if notice.applied else _SUMMARY
    return language.say(words) % {name: language.number(count) for name, count in counts.items()}


def item_id(site: SiteFacts, language: Language, notice: NoticeView) -> str:
    """Return an announcement's permanent name."""
    return _id(site, language, f"announcements/{notice.slug}/index.html")


def _id(site: SiteFacts, language: Language, what: str) -> str:
    """Return a permanent name (RFC 4287, 4.2.6): the same in every release of the same site."""
    return uuid5(NAMESPACE_URL, f"{site.base_url or site.title}#{language.root}{what}").urn


def link(site: SiteFacts, language: Language, path: str) -> str:
    """Return an absolute address where the site knows its own; else relative to the feed."""
    return f"{site.base_url}{language.root}{path}" if site.base_url else path


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def stamp(moment: datetime) -> str:
    """Return the moment as feeds write it (RFC 3339)."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
