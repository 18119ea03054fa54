"""A browser for the pages that a plain fetch cannot see; it has no network of its own.

Chromium is told to reach everything through a proxy that opens nothing (``wall``); each request it would make
is held over its debugging pipe (``devtools``) and answered by the crawl itself (``answers``), so the same
guard, robots.txt, turns, limits and refusals hold for a page's scripts as for the page. ``process`` starts it
with limits in its sandbox, and ends it for certain; nothing of a visit outlives it.
"""

from crawler.browser.process import find_chromium
from crawler.browser.values import Asked, Rendered, Supplied, View
from crawler.browser.visit import render

__all__ = ["Asked", "Rendered", "Supplied", "View", "find_chromium", "render"]
