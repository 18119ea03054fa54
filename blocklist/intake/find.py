"""Find the web addresses in running text, as a reader of the text would take them.

Text comes from chats: no blanks around an address in Chinese, full-width punctuation, brackets and Markdown
about it, ``hxxp`` and ``[.]`` where somebody was careful, names without ``http://``. What comes out are
candidates, in order and once each; whether one may be followed is for ``urls.parse_url`` to say.
"""

import re

from blocklist.model import Host
from blocklist.urls import MAX_URL_CHARS, is_known_suffix, is_public_suffix

# CJK letters and full-width forms: they end an address unless its host is written in them.
_CJK = "\u2e80-\u2fff\u3005-\u3007\u3021-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
# What ends an address anywhere: blanks, controls, quotes, CJK and full-width punctuation, invisible and
# bidirectional marks, arrows, emoji. An address bar escapes all of these when copied from.
_STOP = (
    r"\s\x00-\x1f\x7f<>\"`\u00ab\u00bb\u200b-\u206f\u2190-\u2bff\u3000-\u3004\u3008-\u3020\ufe00-\ufe6f"
    r"\uff01-\uff20\uff3b-\uff40\uff5b-\uff65\ufeff\U0001f000-\U0001faff"
)
_LABEL = r"[a-z0-9-]{1,63}"
_START = re.compile(
    r"(?P<scheme>https?:/{2,3})"
    rf"|(?<![a-z0-9@./:_\-%\\])(?P<name>[a-z0-9](?:[a-z0-9-]{{0,62}}\.)(?:{_LABEL}\.){{0,7}}[a-z]{_LABEL})(?![\w.-]*@)",
    re.IGNORECASE,
)
# Another address begins inside only where a letter runs into it: "?u=https://" belongs to the first.
_RUN = re.compile(rf"(?:(?!(?<=[a-z0-9{_CJK}])https?://)[^{_STOP}]){{1,{MAX_URL_CHARS + 1}}}", re.IGNORECASE)
_REST = re.compile(rf"(?::\d{{1,5}})?(?:[/?#][^{_STOP}{_CJK}]{{0,{MAX_URL_CHARS}}})?")
_AUTHORITY = re.compile(r"[^/?#\\]*")
_FIRST_CJK = re.compile(f"[{_CJK}]")
_DEFANGED_DOT = re.compile(r"\s?(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\))\s?", re.IGNORECASE)
_DEFANGED_SCHEME = re.compile(r"(?<![a-z])h(?:xx|\*\*|tt)p(s?)(?:\[:\]//|\[://\]|://)", re.IGNORECASE)
_OPENERS = {")": "(", "]": "[", "}": "{"}
_TRAILING = ".,;:!?'*|"
_MAX_TLD = 24  # characters of the longest top-level names

# Without a path, only names under these are taken: a missing blank ("see you.So we") looks the same.
_COMMON = frozenset(
    {"com", "net", "org", "cn", "info", "biz", "shop", "store", "top", "xyz", "vip", "club", "online", "site"}
)
_RESERVED = frozenset({"example", "test"})  # RFC 6761: what tests and the pretend web use


_FANGS = re.compile(r"[\[({]|xx|XX|\*\*")
"""In every defanged address is one of these."""


def find_urls(text: str) -> tuple[str, ...]:
    """Return the addresses in ``text``, each once and schemes added where missing."""
    text = refang(text)
    found: dict[str, None] = {}
    at = 0
    while start := _START.search(text, at):
        if start["scheme"]:
            end = _end_of_full(text, start.end())
            if end > start.end():
                found[text[start.start() : end]] = None
        else:
            end = _end_of_bare(text, start)
            if end:
                found["http://" + text[start.start() : end]] = None
        at = max(end, start.end())
    return tuple(found)


def refang(text: str) -> str:
    """Undo ``hxxp``, ``h**p``, ``[.]``, ``(dot)`` and their kin."""
    if _FANGS.search(text) is None:
        return text
    return _DEFANGED_SCHEME.sub(r"http\1://", _DEFANGED_DOT.sub(".", text))


def _end_of_full(text: str, start: int) -> int:
    """Where the address ends whose host begins at ``start``."""
    run = _RUN.match(text, start)
    if run is None:
        return start
    authority = _AUTHORITY.match(text, start, run.end())
    assert authority is not None  # it may be empty
    end, host_end = run.end(), authority.end()
    if host_end == end:  # nothing after the host: text may be glued to it
        end = start + _host_length(authority[0])
    elif cjk := _FIRST_CJK.search(text, host_end, end):
        end = cjk.start()
    kept = text[start:end]
    if text.endswith(("<http://", "<https://"), 0, start):  # Slack writes <https://shop.example|our shop>
        kept = kept.partition("|")[0]
    return start + len(_trimmed(kept))


def _host_length(host: str) -> int:
    """Cut Chinese text off the end of a host: ``shop.example谢谢``, but not off ``例子.中国``."""
    head, dot, last = host.rpartition(".")
    cjk = _FIRST_CJK.search(last)
    if cjk is None:
        return len(host)
    if cjk.start():
        return len(head + dot) + cjk.start()
    for length in range(min(len(last), _MAX_TLD), 0, -1):
        if is_known_suffix(Host(last[:length])):
            return len(head + dot) + length
    return len(host)


def _end_of_bare(text: str, start: re.Match[str]) -> int:
    """Where a name without a scheme ends with its path; 0: it is not taken for an address."""
    name = start["name"].lower()
    last = name.rpartition(".")[2]
    if last not in _RESERVED and (not is_known_suffix(Host(name)) or is_public_suffix(Host(name))):
        return 0
    rest = _REST.match(text, start.end())
    assert rest is not None  # it may be empty
    kept = _trimmed(rest[0])
    if not kept and last not in _COMMON | _RESERVED and not name.startswith("www."):
        return 0
    return start.end() + len(kept)


def _trimmed(address: str) -> str:
    """Cut at the first bracket that closes nothing opened inside, then drop punctuation of the sentence."""
    depth = dict.fromkeys(_OPENERS.values(), 0)
    for position, char in enumerate(address):
        if char in depth:
            depth[char] += 1
        elif opener := _OPENERS.get(char):
            if not depth[opener]:
                address = address[:position]
                break
            depth[opener] -= 1
    return address.rstrip(_TRAILING)
