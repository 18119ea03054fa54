"""Registrable domains and public suffixes, private ones included, from a fresh Public Suffix List.

tldextract does the look-up; the list is the data file of ``publicsuffixlist`` (re-released monthly), read
from disk: no network, no cache folder. Names come in as ``Host``, so case, dots and IDNA are settled. Added
here is the list's own default rule, ``*``: an unlisted top-level name is a public suffix
(``shop.example`` is registrable, ``example`` is not).
"""

from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from blocklist.model import Host
from blocklist.urls.parse import is_ip

if TYPE_CHECKING:
    from tldextract import TLDExtract


class _Suffix(NamedTuple):
    """Where the public suffix of a host begins, and what kind of rule says so."""

    registrable: Host | None
    is_whole: bool
    is_private: bool
    is_listed: bool


def registrable_domain(host: Host) -> Host | None:
    """Return the public suffix of ``host`` and one label; None: an address, or a public suffix itself."""
    found = None if "xn--" in host or is_ip(host) else _quick_registrable(host, _rules())
    return found or _suffix(host).registrable


def _quick_registrable(host: Host, rules: frozenset[str]) -> Host | None:
    """Return what tldextract would, in a tenth of its time; None: ask it.

    https://github.com/publicsuffix/list/wiki/Format#algorithm: an exception wins, then the longest rule.
    """
    labels = host.split(".")
    suffix = len(labels) - 1  # the label at which the public suffix begins; by default the last
    name = ""
    for label in range(len(labels) - 1, -1, -1):
        name = f"{labels[label]}.{name}" if name else labels[label]
        if f"!{name}" in rules:
            suffix = label + 1
            break
        if name in rules:
            suffix = label
        if f"*.{name}" in rules:
            suffix = label - 1
    return Host(".".join(labels[suffix - 1 :])) if suffix > 0 else None


def is_public_suffix(host: Host) -> bool:
    """Tell whether anybody may register below ``host`` (``co.uk``, ``github.io``, any bare top level)."""
    return _may_be_suffix(host) and _suffix(host).is_whole


def is_private_suffix(host: Host) -> bool:
    """Tell whether ``host`` is a suffix of the list's private section: a provider's, like ``github.io``."""
    found = _suffix(host)
    return found.is_whole and found.is_private


def is_known_suffix(host: Host) -> bool:
    """Tell whether ``host`` ends in a suffix that the list names (not only by the default rule)."""
    return _suffix(host).is_listed


def has_suffix_below(host: Host) -> bool:
    """Tell whether the list names a suffix below ``host``: ``s3.amazonaws.com`` lies below ``amazonaws.com``.

    Such a name may be registrable, and yet others register below it.
    """
    return host in _above_suffixes()


def _may_be_suffix(host: Host) -> bool:
    """Tell whether a rule speaks of ``host``: asking is a hundredth of a look-up, and most hosts fail."""
    _, dot, above = host.partition(".")
    rules = _rules()
    return not dot or host in rules or f"*.{above}" in rules or "xn--" in host


@cache
def _rules() -> frozenset[str]:
    """Return the rules of the list, as they stand in it: read here in a fiftieth of tldextract's time.

    https://github.com/publicsuffix/list/wiki/Format: a rule is what a line holds up to the first blank.
    """
    lines = _list_text().splitlines()
    return frozenset(
        line.split(maxsplit=1)[0] for line in lines if line.strip() and not line.startswith("//")
    )


def _list_text() -> str:
    return files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")


@lru_cache(maxsize=65536)  # a crawl meets the same hosts over and over
def _suffix(host: Host) -> _Suffix:
    if is_ip(host):
        return _Suffix(registrable=None, is_whole=False, is_private=False, is_listed=False)
    found = _extractor()(host)
    if found.suffix:
        registrable = Host(f"{found.domain}.{found.suffix}") if found.domain else None
        return _Suffix(
            registrable=registrable,
            is_whole=registrable is None,
            is_private=found.is_private,
            is_listed=True,
        )
    labels = host.split(".")
    registrable = Host(".".join(labels[-2:])) if len(labels) > 1 else None
    return _Suffix(registrable=registrable, is_whole=registrable is None, is_private=False, is_listed=False)


@cache
def _above_suffixes() -> frozenset[str]:
    rules = (rule for rule in _rules() if rule[0] != "!")  # an exception is no suffix
    names = (rule if rule.isascii() else rule.encode("idna").decode() for rule in rules)
    return frozenset(
        name.split(".", depth)[depth] for name in names for depth in range(1, name.count(".") + 1)
    )


@cache
def _extractor() -> "TLDExtract":
    from tldextract import TLDExtract  # noqa: PLC0415 - a tenth of a second that most commands need not pay

    extractor = TLDExtract(
        cache_dir=None,
        suffix_list_urls=("file:public_suffix_list.dat",),
        fallback_to_snapshot=False,
        include_psl_private_domains=True,
    )
    extractor.update(fetch_now=True, session=cast("Any", _OnDisk()))
    return extractor


class _OnDisk:
    """Answers tldextract's one request for the list from the file, which its own way leaves open."""

    def get(self, _url: str, timeout: float | None = None) -> "_OnDisk":  # noqa: ARG002 - requests' signature
        return self

    def raise_for_status(self) -> None:
        """Do nothing: the file is part of a dependency."""

    @property
    def text(self) -> str:
        return _list_text()
