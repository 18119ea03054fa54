"""The announcements as a JSON Feed 1.1 (https://jsonfeed.org/version/1.1), beside the Atom feed."""

import orjson

from blocklist.public.feed import FEED_ITEMS, SUBTITLE, item_id, link, notice_title, stamp, summary
from blocklist.public.language import Language
from blocklist.public.notice_text import notice_text
from blocklist.public.notices import NoticeView
from blocklist.public.render import SiteFacts

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(notices: tuple[NoticeView, ...], site: SiteFacts, language: Language) -> bytes:
    """Return the feed; addresses are said where the site knows its own."""
    feed: dict[str, object] = {
        "version": VERSION,
        "title": site.title,
        "description": language.say(SUBTITLE),
        "language": language.tag,
        "authors": [{"name": site.publisher or site.title}],
        "items": [_item(one, site, language) for one in notices[:FEED_ITEMS]],
    }
    if site.base_url:
        feed["home_page_url"] = link(site, language, "index.html")
        feed["feed_url"] = link(site, language, "feed.json")
    return orjson.dumps(feed, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def _item(notice: NoticeView, site: SiteFacts, language: Language) -> dict[str, object]:
    page = f"announcements/{notice.slug}/"
    item: dict[str, object] = {
        "id": item_id(site, language, notice),
        "title": notice_title(notice, language),
        "summary": summary(notice, language),
        "content_text": notice_text(notice, site, language),
        "date_published": stamp(notice.published_at),
        "date_modified": stamp(notice.updated_at),
        "language": language.tag,
    }
    if site.base_url:
        item["url"] = link(site, language, f"{page}index.html")
        item["image"] = link(site, language, f"{page}card.svg")
    return item
