"""How each vantage asks: User-Agent, Referer, Accept-Language. Pure.

The declared agent is the crawl's own. The others ask as the people do to whom the link was shown, and differ
from the in-app browser in one thing each, so that what a page looks at can be named.
"""

from collections.abc import Mapping

from blocklist.config import CrawlConfig
from blocklist.model import Vantage

ACCEPT = "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5"
ACCEPT_LANGUAGE = "en,zh;q=0.8,*;q=0.5"
DESKTOP_AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)

OWN = frozenset({Vantage.DECLARED, Vantage.AGAIN})
"""Vantages at which we ask under our own name."""

_WORDS = {
    Vantage.IN_APP: "the platform's in-app browser",
    Vantage.NO_REFERER: "that browser without a referer",
    Vantage.LANGUAGE: "that browser in another language",
    Vantage.DESKTOP: "a desktop browser",
    Vantage.RETURNING: "that browser on its second visit, with the page's cookies",
    Vantage.BROWSER: "a browser that runs scripts",
    Vantage.DECLARED: "our declared agent",
    Vantage.AGAIN: "our declared agent when it came again",
}


def words(vantage: Vantage) -> str:
    """Name the vantage for a person."""
    return _WORDS[vantage]


def request_headers(vantage: Vantage, config: CrawlConfig) -> Mapping[str, str]:
    """Return what a request from ``vantage`` says; no Referer unless the platform's origin is configured."""
    if vantage in OWN:
        agent = config.user_agent
    else:
        agent = DESKTOP_AGENT if vantage is Vantage.DESKTOP else config.platform_agent
    usual = vantage in OWN or vantage is Vantage.LANGUAGE
    headers = {
        "User-Agent": agent,
        "Accept": ACCEPT,
        "Accept-Language": ACCEPT_LANGUAGE if usual else config.platform_language,
    }
    if config.platform_origin and vantage not in OWN and vantage is not Vantage.NO_REFERER:
        headers["Referer"] = config.platform_origin.rstrip("/") + "/"
    return headers
