"""Safe Browsing version 4: updates of a threat list and whole hashes, as JSON and as Protocol Buffers (pure).

::

    GET  …/v4/threatLists
    POST …/v4/threatListUpdates:fetch     {"listUpdateRequests":[{"threatType":"SOCIAL_ENGINEERING",…}]}
    POST …/v4/fullHashes:find             {"threatInfo":{"threatEntries":[{"hash":"…"}],…}}

One threat list is given, of social engineering, for whatever platform is asked about. Browsers send the
message in the query (``$req``), others JSON. Source: https://developers.google.com/safe-browsing/v4, whose
API's discovery document names the JSON fields, and Chromium's safebrowsing.proto.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from blocklist.errors import FormatError
from blocklist.safe_browsing.hashes import CACHE_S, PREFIX_BYTES, WAIT_S, HashList, changes
from blocklist.safe_browsing.rice import Numbers, encode
from blocklist.safe_browsing.wire import Value, duration, fields, last, message, repeated

THREAT = "SOCIAL_ENGINEERING"
SOCIAL_ENGINEERING = (2, 5)
"""The API's number, and what browsers call it."""
ENTRY, URL = "URL", 1
PLATFORMS = (
    "PLATFORM_TYPE_UNSPECIFIED", "WINDOWS", "LINUX", "ANDROID", "OSX", "IOS",
    "ANY_PLATFORM", "ALL_PLATFORMS", "CHROME",
)  # fmt: skip
"""Numbered as the message numbers them."""
_LEAST, _MOST = 2, 28  # the Rice parameter, by the specification
_RAW, _RICE = 1, 2
_PARTIAL, _FULL = 1, 2
_NOTHING = np.array([], dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One list that a client asks an update of, or hashes of."""

    threat: int
    platform: int
    state: bytes
    """What the client holds; empty: nothing."""
    rice: bool = False
    """Whether it takes compressed numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What one list is told."""

    wanted: Wanted
    partial: bool
    removed: Numbers
    added: Numbers
    after: HashList


Find = Callable[[bytes], HashList | None]
"""Gives the list of the version that a client holds; None: it is not known any more."""


def threat_lists() -> bytes:
    """Return what lists there are, as JSON."""
    known = [
        {"threatType": THREAT, "platformType": name, "threatEntryType": ENTRY} for name in PLATFORMS[1:8]
    ]
    return orjson.dumps({"threatLists": known})


def updates(body: bytes, after: HashList, find: Find, *, as_json: bool) -> bytes:
    """Answer ``threatListUpdates:fetch`` with ``after``; raises FormatError for what is no request.

    A list is told once, however often it is asked for: an answer costs more than what asks for it.
    """
    asked = _read(body, _wanted_json if as_json else _wanted_message, as_json=as_json)
    once = {(wanted.threat, wanted.platform): wanted for wanted in asked}
    told = [_change(wanted, after, find(wanted.state)) for wanted in once.values()]
    if as_json:
        said = {"listUpdateResponses": [_json(each) for each in told], "minimumWaitDuration": f"{WAIT_S}s"}
        return orjson.dumps(said)
    return repeated(1, [_message(each) for each in told]) + message((2, duration(WAIT_S)))


def full_hashes(body: bytes, after: HashList, *, as_json: bool) -> bytes:
    """Answer ``fullHashes:find``; raises FormatError for what is no request. Each match is told once."""
    lists, asked = _read(body, _threats_json if as_json else _threats_message, as_json=as_json)
    found = [(*each, one) for prefix in asked for one in after.behind(prefix) for each in lists]
    if as_json:
        matches = [
            {
                "threatType": THREAT,
                "platformType": PLATFORMS[platform],
                "threatEntryType": ENTRY,
                "threat": {"hash": _text(each)},
                "threatEntryMetadata": {},
                "cacheDuration": f"{CACHE_S}s",
            }
            for _, platform, each in found
        ]
        return orjson.dumps({"matches": matches, "negativeCacheDuration": f"{CACHE_S}s"})
    matched = [
        message((1, threat), (2, platform), (3, message((1, each))), (5, duration(CACHE_S)), (6, URL))
        for threat, platform, each in found
    ]
    return repeated(1, matched) + message((3, duration(CACHE_S)))


def _change(wanted: Wanted, after: HashList, before: HashList | None) -> _Change:
    removed, added = changes(before.prefixes, after.prefixes) if before else (_NOTHING, after.prefixes)
    return _Change(wanted=wanted, partial=before is not None, removed=removed, added=added, after=after)


def _json(change: _Change) -> dict[str, Any]:
    said: dict[str, Any] = {
        "threatType": THREAT,
        "threatEntryType": ENTRY,
        "platformType": PLATFORMS[change.wanted.platform],
        "responseType": "PARTIAL_UPDATE" if change.partial else "FULL_UPDATE",
        "newClientState": _text(change.after.version),
        "checksum": {"sha256": _text(change.after.checksum)},
    }
    if len(change.added):
        raw = {"prefixSize": PREFIX_BYTES, "rawHashes": _text(change.added.astype(">u4").tobytes())}
        said["additions"] = [{"compressionType": "RAW", "rawHashes": raw}]
    if len(change.removed):
        indices = {"indices": change.removed.tolist()}
        said["removals"] = [{"compressionType": "RAW", "rawIndices": indices}]
    return said


def _message(change: _Change) -> bytes:
    return (
        message(
            (1, change.wanted.threat),
            (2, URL),
            (3, change.wanted.platform),
            (4, _PARTIAL if change.partial else _FULL),
        )
        + repeated(5, _added(change))
        + repeated(6, _removed(change))
        + message((7, change.after.version), (8, message((1, change.after.checksum))))
    )


def _added(change: _Change) -> Iterator[bytes]:
    if not len(change.added):
        return
    if change.wanted.rice:  # compressed, the four bytes are a little-endian number
        turned = np.sort(change.added.astype("<u4").byteswap().astype(np.int64))
        yield message((1, _RICE)) + repeated(4, [_coded(turned)])
    else:
        raw = message((1, PREFIX_BYTES), (2, change.added.astype(">u4").tobytes()))
        yield message((1, _RAW), (2, raw))


def _removed(change: _Change) -> Iterator[bytes]:
    if not len(change.removed):
        return
    if change.wanted.rice:
        yield message((1, _RICE)) + repeated(5, [_coded(change.removed)])
    else:
        yield message((1, _RAW), (3, repeated(1, change.removed.tolist())))


def _coded(numbers: Numbers) -> bytes:
    coded = encode(numbers, least=_LEAST, most=_MOST)
    return message((1, coded.first), (2, coded.parameter), (3, coded.count), (4, coded.data))


def _read(body: bytes, reader: Callable[[Any], Any], *, as_json: bool) -> Any:
    try:
        return reader(orjson.loads(body) if as_json else body)
    except (AttributeError, KeyError, TypeError, ValueError, binascii.Error) as problem:
        raise FormatError(f"not a request of version 4 ({problem})") from problem


def _wanted_json(said: Mapping[str, Any]) -> list[Wanted]:
    return [
        Wanted(
            threat=SOCIAL_ENGINEERING[0],
            platform=PLATFORMS.index(each["platformType"]),
            state=base64.b64decode(each.get("state") or ""),
        )
        for each in said["listUpdateRequests"]
        if (each["threatType"], each["threatEntryType"]) == (THREAT, ENTRY)
    ]


def _wanted_message(body: bytes) -> list[Wanted]:
    found = []
    for each in _those(body, 3):
        said = last(each, "request")
        threat = said.get(1)
        if isinstance(threat, int) and threat in SOCIAL_ENGINEERING and said.get(5) == URL:
            state, taken = _raw(said.get(3, b"")), _numbers(_raw(said.get(4, b"")), 4)
            rice = _RICE in taken
            found.append(Wanted(threat=threat, platform=_platform(said.get(2)), state=state, rice=rice))
    return found


def _threats_json(said: Mapping[str, Any]) -> tuple[list[tuple[int, int]], list[bytes]]:
    info = said["threatInfo"]
    if THREAT not in info["threatTypes"]:
        return [], []
    platforms = dict.fromkeys(map(PLATFORMS.index, info["platformTypes"]))
    lists = [(SOCIAL_ENGINEERING[0], each) for each in platforms]
    return lists, _prefixes(base64.b64decode(each["hash"]) for each in info["threatEntries"])


def _threats_message(body: bytes) -> tuple[list[tuple[int, int]], list[bytes]]:
    (info,) = _those(body, 3)
    threats = dict.fromkeys(each for each in _numbers(info, 1) if each in SOCIAL_ENGINEERING)
    platforms = dict.fromkeys(map(_platform, _numbers(info, 2)))
    lists = [(threat, platform) for threat in threats for platform in platforms]
    return lists, _prefixes(_raw(last(each, "request")[1]) for each in _those(info, 3))


def _those(data: bytes, number: int) -> Sequence[bytes]:
    return [_raw(value) for each, value in fields(data, "request") if each == number]


def _numbers(data: bytes, number: int) -> Iterator[int]:
    """Give the numbers of a repeated field, each by itself or packed."""
    for each, value in fields(data, "request"):
        if each == number:
            yield from [value] if isinstance(value, int) else value  # packed: enums of one octet each


def _prefixes(asked: Iterable[bytes]) -> list[bytes]:
    found = list(dict.fromkeys(asked))
    if any(len(each) < PREFIX_BYTES for each in found):
        raise ValueError(f"a prefix of fewer than {PREFIX_BYTES} bytes")
    return found


def _platform(value: Value | None) -> int:
    if isinstance(value, int) and 0 < value < len(PLATFORMS):
        return value
    raise ValueError("a platform that is none")


def _raw(value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    raise ValueError("a field of another kind than the message has")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
