"""What a platform would have reported about the pretend sites: the rows that intake reads.

People, groups and ids are made up. A seller pushes the own shop in groups and on the timeline, a few accounts
pass offers on, ordinary people share ordinary pages. Most reports give the URL as a field, some the whole
message, with one URL or several and no space around it in Chinese.
"""

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from crawler.pretend.sites import SITES, Site

NEWEST = timedelta(minutes=3)
"""How long before ``now`` the last share happened."""
BETWEEN = timedelta(minutes=97)
"""Between two shares."""

Row = dict[str, Any]

SELLERS = (
    "Hardman deals",
    "小雅藏品",
    "Nightmarket Kim",
    "老周代购",
    "Velvet Box",
    "阿强工具箱",
    "Corner Kiosk",
    "信达咨询小王",
)
FORWARDERS = ("Marlow", "晴天娃娃", "Bo the courier", "转发小能手", "Tess Quill")
PEOPLE = ("Ada Pine", "陈一鸣", "Ines Marsh", "林知夏", "Oskar Vale", "周小满", "Ruth Alder", "顾北")
GROUPS = {
    "en": ("Hardman meeting room", "Bargains after dark", "Neighbours of Quay Street"),
    "zh": ("江湖好货群", "代购交流3群", "海市同城闲聊"),
}
OFFER_WORDS = {
    "en": ("New stock is in, look: {url} - write me", "Still available!! {url} (prices there)"),
    "zh": ("新到一批,看这里{url},要的私聊", "老地方{url}。代理拿货有优惠"),
}
TALK_WORDS = {"en": "Read these, worth it: {urls}", "zh": "这几篇值得看{urls},转给家里人"}


def pretend_shares(now: datetime) -> list[Row]:
    """Return the rows, oldest first, the last one shortly before ``now``."""
    rows = list(itertools.chain(_offers(), _others()))
    # Interleaved by a stride that shares no factor with most counts, so that a host's rows lie apart.
    mixed = [row for start in range(7) for row in rows[start::7]]
    last = now - NEWEST
    for place, row in enumerate(mixed):
        row["shared_at"] = (last - BETWEEN * (len(mixed) - 1 - place)).isoformat()
    return mixed


def _offers() -> Iterator[Row]:
    """Each offer by its seller in a group; every second one passed on, every third one told in a message."""
    bad = [site for site in SITES if site.shared and site.truth == "contraband"]
    seller_of = {host: number for number, host in enumerate(dict.fromkeys(site.host for site in bad))}
    for number, site in enumerate(bad):
        lang = site.lang or "en"
        seller = seller_of[site.host] % len(SELLERS)
        # Offers go to the first two groups of a language, neighbours' talk to all: not every group is bad.
        row = _person("s", seller, SELLERS) | _group(lang, number % 2)
        if number % 3 == 0:
            words = OFFER_WORDS[lang][number % 2]
            yield row | {"text": words.format(url=site.url), "surface": "group"}
        else:
            yield row | {"url": site.url, "surface": "group"}
        if number % 2 == 0:
            passed_on = _person("f", number % len(FORWARDERS), FORWARDERS) | {"forwarded": True}
            yield passed_on | {"url": site.url, "surface": ("timeline", "direct")[number % 4 // 2]}
        if number % 5 == 0:
            yield _person("s", seller, SELLERS) | {"url": site.url, "surface": "account"}


def _others() -> Iterator[Row]:
    """Everything else: single links, and messages that hold three of them."""
    rest = [site for site in SITES if site.shared and site.truth != "contraband"]
    for number, chunk in enumerate(_by_three(rest)):
        row = _person("p", number % len(PEOPLE), PEOPLE)
        if number % 2 == 0:
            lang = chunk[0].lang or "en"
            between = " " if lang == "en" else ",还有"
            urls = between.join(site.url for site in chunk)
            yield (
                row | _group(lang, number) | {"text": TALK_WORDS[lang].format(urls=urls), "surface": "group"}
            )
            continue
        for place, site in enumerate(chunk):
            yield row | {"url": site.url, "surface": ("timeline", "direct", "other")[place]}


def _by_three(sites: list[Site]) -> Iterator[list[Site]]:
    for start in range(0, len(sites), 3):
        yield sites[start : start + 3]


def _person(kind: str, number: int, names: tuple[str, ...]) -> Row:
    reporter = f"r-{1 + (number * 5) % 9:04}"
    return {"account": f"{kind}-{1001 + number}", "account_name": names[number], "reporter": reporter}


def _group(lang: str, number: int) -> Row:
    names = GROUPS[lang]
    place = number % len(names)
    return {"group": f"g-{lang}-{place + 1:03}", "group_name": names[place]}
