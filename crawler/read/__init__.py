"""From bytes to what a reader sees: blocks, offers, prices, contacts, forms, state; and text normalised.

Everything here is pure: bytes or text in, frozen values of ``blocklist.model`` out, bounded in size and
time, and never an exception because of what a page holds. What the words mean is left to ``crawler.judge``;
where the bytes come from is left to ``crawler.fetch``. The doors are ``read_page``, ``read_text``,
``find_refresh``, ``routes_by_fragment`` and, for the judge, ``normalise``.
"""

from crawler.read.normalise import Normalised, normalise
from crawler.read.page import read_page, read_text
from crawler.read.refresh import find_refresh
from crawler.read.routing import routes_by_fragment

__all__ = ["Normalised", "find_refresh", "normalise", "read_page", "read_text", "routes_by_fragment"]
