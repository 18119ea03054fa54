"""How a page goes to a process of the pool, and how its reading comes back: a head in JSON, then raw bytes.

JSON and not pickle: what comes back was made by a process that has just read a hostile page.
A frame is the number of its parts (one byte), the length of each (four bytes, big-endian), the parts.
"""

import struct
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, BinaryIO

import orjson

from blocklist.likeness import Trait, Traits
from blocklist.model import Evidence, EvidenceKind, Judgement, Label
from crawler.readers.exchange import Exchange
from crawler.readers.reading import Reading, Task
from crawler.readers.warc import Records

Parts = Sequence[bytes]


def header_of(parts: Parts) -> bytes:
    """Return what goes before ``parts``."""
    return struct.pack(f"!B{len(parts)}I", len(parts), *map(len, parts))


def lengths_of(count: int, packed: bytes) -> tuple[int, ...]:
    """Read the lengths of ``count`` parts."""
    return struct.unpack(f"!{count}I", packed)


def read_frame(stream: BinaryIO) -> list[bytes] | None:
    """Wait for the next frame; None: the other side is gone."""
    count = stream.read(1)
    if not count:
        return None
    lengths = lengths_of(count[0], stream.read(4 * count[0]))
    return [stream.read(length) for length in lengths]


def task_to_parts(task: Task) -> Parts:
    """Write a task."""
    exchange = task.exchange
    head = {
        "url": exchange.url,
        "status": exchange.status,
        "request_headers": exchange.request_headers,
        "response_headers": exchange.response_headers,
        "content_type": task.content_type,
        "landing": task.landing,
        "fetched_at": task.fetched_at,
        "tells": task.tells,
        "way": exchange.way,
        "reckoned": exchange.reckoned,
    }
    packed = () if exchange.packed is None else (exchange.packed,)
    return orjson.dumps(head), exchange.body, *packed


def task_of_parts(parts: Parts) -> Task:
    """Read a task."""
    head = orjson.loads(parts[0])
    return Task(
        exchange=Exchange(
            url=head["url"],
            status=head["status"],
            request_headers=_pairs(head["request_headers"]),
            response_headers=_pairs(head["response_headers"]),
            body=parts[1],
            packed=parts[2] if len(parts) > 2 else None,  # noqa: PLR2004 - head and body are there always
            way=tuple(head["way"]),
            reckoned=head["reckoned"],
        ),
        content_type=head["content_type"],
        landing=head["landing"],
        fetched_at=head["fetched_at"],
        tells=head["tells"],
    )


def reading_to_parts(reading: Reading) -> Parts:
    """Write a reading; lone surrogates, which JSON cannot hold, become question marks."""
    head = {
        "judgement": None if reading.judgement is None else asdict(reading.judgement),
        "title": reading.title,
        "text": reading.text,
        "lang": reading.lang,
        "signs": reading.signs,
        "traits": None if reading.traits is None else _traits_to_json(reading.traits),
        "problem": reading.problem,
    }
    kept = reading.records
    records = () if kept is None else (kept.response, kept.request, kept.metadata)
    try:
        return orjson.dumps(head), *records
    except orjson.JSONEncodeError:
        return orjson.dumps(_encodable(head)), *records


def reading_of_parts(parts: Parts) -> Reading:
    """Read a reading; raises ValueError, KeyError or TypeError for what is none."""
    head, *records = parts
    told = orjson.loads(head)
    return Reading(
        judgement=None if told["judgement"] is None else judgement_of(told["judgement"]),
        title=told["title"],
        text=told["text"],
        lang=told["lang"],
        signs=tuple(told["signs"]),
        traits=None if told["traits"] is None else _traits_of(told["traits"]),
        problem=told["problem"],
        records=Records(response=records[0], request=records[1], metadata=records[2]) if records else None,
    )


def judgement_of(told: dict[str, Any]) -> Judgement:
    """Read a judgement from JSON's types."""
    evidence = tuple(
        Evidence(**{**each, "kind": EvidenceKind(each["kind"])}) for each in told.pop("evidence")
    )
    return Judgement(**{**told, "label": Label(told["label"])}, evidence=evidence)


def _traits_to_json(traits: Traits) -> dict[str, Any]:
    keys = sorted((kind.value, key.hex()) for kind, key in traits.keys)
    return {"lang": traits.lang, "text": traits.text.hex(), "keys": keys}


def _traits_of(told: dict[str, Any]) -> Traits:
    keys = frozenset((Trait(kind), bytes.fromhex(key)) for kind, key in told["keys"])
    return Traits(lang=told["lang"], text=bytes.fromhex(told["text"]), keys=keys)


def _pairs(told: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in told)


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, dict):
        return {key: _encodable(each) for key, each in value.items()}
    return [_encodable(each) for each in value] if isinstance(value, list | tuple) else value
