r"""One address a line and nothing else: no header, no comment, for readers that take every line for a URL.

::

    http://shop.example/offer?id=7
    https://shop.example/offer?id=7

The same pages as ``urls.txt``; what that file says about itself stands in the manifest.
"""

import dataclasses

from blocklist.formats.base import Claim
from blocklist.formats.lines import checked_url, numbered_lines
from blocklist.formats.urls import URLS
from blocklist.model import Scope

FILENAME = "feed.txt"


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back; each page once."""
    lines = numbered_lines(data, FILENAME, "")
    keys = dict.fromkeys(checked_url(line, FILENAME, number) for number, line in lines)
    return tuple(Claim(Scope.URL, key) for key in keys)


FEED = dataclasses.replace(URLS, name="feed", filename=FILENAME, head=lambda _header: (), parse=parse)
