"""Addresses fit to be shown: defanged so that nothing follows them, masked where they carry a person.

``https://shop.example/x`` is shown as ``hxxps://shop[.]example/x``, also in the middle of a text.
"""

import re

from blocklist.model import WebUrl
from blocklist.urls.parse import host_of

_LABEL = r"[^\W_](?:[\w-]{0,62})"
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<authority>[^\s/?#]*)(?P<tail>[/?#]\S*)?"
    rf"|(?<![\w.-])(?P<name>(?:{_LABEL}\.){{1,32}}{_LABEL})(?P<rest>[/?#:]\S*)?",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
_QUAD = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


def defang(text: str) -> str:
    """Return ``text`` with every web address in it made unclickable: ``hxxp``, and ``[.]`` in host names.

    Schemeless names (list keys) count too; paths are kept as they are. A defanged text stays the same.
    """
    return _ADDRESS.sub(_defanged, text)


def mask_url(url: WebUrl) -> str:
    """Return scheme and host with the rest replaced: for URLs whose path or query may carry a person."""
    return f"{url.partition(':')[0]}://{host_of(url)}/****"


def _defanged(found: re.Match[str]) -> str:
    if found["scheme"]:
        scheme = found["scheme"].replace("t", "x").replace("T", "X")
        return f"{scheme}://{_dotted(found['authority'])}{_tail(found['tail'])}"
    name, rest = found["name"], found["rest"] or ""
    # "3.5" and "1.2.3" are numbers, "127.0.0.1" and anything ending in letters are addresses.
    if not _LETTER.search(name.rpartition(".")[2]) and not _QUAD.fullmatch(name):
        return found[0]
    return _dotted(name) + _tail(rest)


def _tail(rest: str | None) -> str:
    """A path may hold another address (``?u=http://…``), and Chinese text follows without a space."""
    return defang(rest) if rest and "://" in rest else rest or ""


def _dotted(host: str) -> str:
    return re.sub(r"(?<!\[)\.(?!\])", "[.]", host)
