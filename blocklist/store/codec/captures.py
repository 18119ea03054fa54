"""Captures as columns; hops and TLS facts as JSON."""

from typing import Any

import orjson

from blocklist.model import Archived, Capture, Failure, Hop, TlsFacts, Vantage, WebUrl
from blocklist.store.codec.scalars import (
    Row,
    clean,
    json_text,
    maybe_time_of,
    maybe_time_text,
    reads,
    time_of,
    time_text,
)

CAPTURE = (
    "link",
    "vantage",
    "fetched_at",
    "elapsed_ms",
    "hops",
    "final_url",
    "status",
    "content_type",
    "body_sha256",
    "body_bytes",
    "failure",
    "failure_detail",
    "peer",
    "tls",
    "archive_file",
    "archive_offset",
    "archive_length",
)


def capture_row(capture: Capture) -> tuple[Any, ...]:
    """Write columns CAPTURE."""
    archived = capture.archived
    return (
        capture.link,
        capture.vantage.value,
        time_text(capture.fetched_at),
        capture.elapsed_ms,
        json_text([{"url": clean(hop.url), "status": hop.status, "via": hop.via} for hop in capture.hops]),
        capture.final_url,
        capture.status,
        clean(capture.content_type),
        capture.body_sha256,
        capture.body_bytes,
        None if capture.failure is None else capture.failure.value,
        clean(capture.failure_detail),
        capture.peer,
        None if capture.tls is None else _tls_text(capture.tls),
        None if archived is None else archived.file,
        None if archived is None else archived.offset,
        None if archived is None else archived.length,
    )


@reads("capture")
def capture_of(identifier: int, row: Row) -> Capture:
    """Read columns CAPTURE."""
    (
        link, vantage, fetched_at, elapsed_ms, hops, final_url, status, content_type, body_sha256,
        body_bytes, failure, failure_detail, peer, tls, file, offset, length,
    ) = row  # fmt: skip
    return Capture(
        id=identifier,
        link=link,
        vantage=Vantage(vantage),
        fetched_at=time_of(fetched_at),
        elapsed_ms=elapsed_ms,
        hops=hops_of(hops),
        final_url=None if final_url is None else WebUrl(final_url),
        status=status,
        content_type=content_type,
        body_sha256=body_sha256,
        body_bytes=body_bytes,
        failure=None if failure is None else Failure(failure),
        failure_detail=failure_detail,
        peer=peer,
        tls=None if tls is None else _tls_of(tls),
        archived=None if file is None else Archived(file=file, offset=offset, length=length),
    )


@reads("capture")
def hops_of(text: str) -> tuple[Hop, ...]:
    """Read a capture's hops."""
    return tuple(Hop(url=hop["url"], status=hop["status"], via=hop["via"]) for hop in orjson.loads(text))


def _tls_text(tls: TlsFacts) -> str:
    return json_text(
        {
            "valid": tls.valid,
            "problem": tls.problem,
            "issuer": clean(tls.issuer),
            "not_after": maybe_time_text(tls.not_after),
        }
    )


def _tls_of(text: str) -> TlsFacts:
    facts = orjson.loads(text)
    return TlsFacts(
        valid=facts["valid"],
        problem=facts["problem"],
        issuer=facts["issuer"],
        not_after=maybe_time_of(facts["not_after"]),
    )
