"""Addresses fit to be shown: defanged so that nothing follows them, masked where they carry a person.

``https://shop.example/x`` is shown as ``hxxps://shop[.]example/x``, also in the middle of a text.
"""

import re

from blocklist.model import WebUrl
from blocklist.urls.parse import host_of

# What is defanged already matches too, and stays as it is.
_DOT = r"(?:\.|\[\.\])"
_LABEL = r"[^\W_][\w-]{0,62}"
# The tail is kept as it is up to the next address in it (``?u=http://…``, or Chinese text without a space).
_TAIL = r"(?P<tail{0}>[/?#:](?:(?!h(?:tt|xx)ps?://)\S)*)?"
_ADDRESS = re.compile(
    rf"(?P<scheme>h(?:tt|xx)ps?)://(?P<authority>(?:(?!h(?:tt|xx)ps?://)[^\s/?#])*){_TAIL.format(1)}"
    rf"|(?<![\w.-])(?P<name>(?:{_LABEL}{_DOT}){{1,32}}{_LABEL})(?![\w-]*://){_TAIL.format(2)}",
    re.IGNORECASE,
)
_NAME_END = re.compile(r"\.\]?[^\W\d_][^.]*\Z|\A\d{1,3}(?:\.\d{1,3}){3}\Z")


def defang(text: str) -> str:
    """Return ``text`` with every web address in it made unclickable: ``hxxp``, and ``[.]`` in host names.

    Schemeless names (list keys) count too; paths are kept as they are. A defanged text stays the same.
    """
    if "." not in text and "://" not in text:  # most excerpts of pages, in a twentieth of the time
        return text
    return _ADDRESS.sub(_defanged, text)


def mask_url(url: WebUrl) -> str:
    """Return scheme and host with the rest replaced: for URLs whose path or query may carry a person."""
    return f"{url.partition(':')[0]}://{host_of(url)}/****"


def _defanged(found: re.Match[str]) -> str:
    if scheme := found["scheme"]:
        masked = scheme.replace("t", "x").replace("T", "X")
        return f"{masked}://{_dotted(found['authority'])}{found['tail1'] or ''}"
    name = found["name"]
    if not _NAME_END.search(name):  # "3.5" and "1.2.3" are numbers, not addresses
        return found[0]
    return _dotted(name) + (found["tail2"] or "")


def _dotted(host: str) -> str:
    return re.sub(r"(?<!\[)\.(?!\])", "[.]", host)
