"""Host and list key of a URL in one: what most look-ups ask about is read off, without parsing it."""

from blocklist.model import Host, ListKey
from blocklist.urls.list_keys import list_key
from blocklist.urls.parse import host_of, parse_url
from blocklist.urls.shape import plain_parts


def place_of(text: str) -> tuple[Host, ListKey]:
    """Return host and list key of the URL ``text``, as ``list_key(parse_url(text))``; raises UrlError."""
    found = plain_parts(text)
    if found is not None:
        host, path = found
        return Host(host), ListKey(host + (path or "/"))
    url = parse_url(text)
    return host_of(url), list_key(url)
