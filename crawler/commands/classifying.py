"""What ``classify`` is given, read: a saved page, a text, a batch; apart, since the judge is slow to load."""

import codecs
import dataclasses
import re
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson

from blocklist.errors import InputError, RowError, UrlError
from blocklist.model import Judgement, Page, WebUrl
from blocklist.policy import Policy
from blocklist.privacy import Pseudonymiser, load_key
from blocklist.urls import parse_url
from crawler.judge import judge
from crawler.judge.explain import headline
from crawler.read import read_page, read_text

KEY_NAME = "pseudonym.key"
MAX_BYTES = 16 * 1024 * 1024
_HEAD = 4096  # bytes looked at
_NOT_IN_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
"""Controls of no text; beside NUL, which UTF-16 is full of, they tell images and archives."""
_MARKUP = (b"<html", b"<!doctype", b"<body", b"<head", b"<div", b"<meta", b"<?xml")


def read_source(source: str, address: str | None, workspace: Path) -> Page:
    """Read the page in a file, or on standard input (``-``), that came from ``address``.

    Raises InputError when it cannot be read, is too large or no text; UrlError for the address.
    """
    url = None if address is None else parse_url(address)
    return page_of_bytes(_bytes(source), url, Pseudonymiser(_key(workspace)))


def headed(judgement: Judgement) -> str:
    """Return the judgement in two lines."""
    return f"{headline(judgement)}\n{judgement.reason}"


def page_of_bytes(body: bytes, url: WebUrl | None, pseudonymiser: Pseudonymiser) -> Page:
    """Markup is read as a page, anything else as plain text."""
    start = body[:_HEAD].lower()
    if any(mark in start for mark in _MARKUP):
        return read_page(body, content_type="text/html", url=url, pseudonymiser=pseudonymiser)
    return read_page(body, content_type="text/plain", url=url, pseudonymiser=pseudonymiser)


def _key(workspace: Path) -> bytes:
    """Use the workspace's key where there is one, else one of the moment: contacts are only told apart."""
    path = workspace / KEY_NAME
    return load_key(path, create=False) if path.exists() else secrets.token_bytes(32)


def _bytes(source: str) -> bytes:
    try:
        if source == "-":
            body = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(source).open("rb") as file:
                body = file.read(MAX_BYTES + 1)
    except OSError as problem:
        message = f"{source}: cannot be read ({problem.strerror}); check the path and its permissions"
        raise InputError(message) from problem
    if len(body) > MAX_BYTES:
        raise InputError(f"{source}: is larger than {MAX_BYTES} bytes; give one page")
    if b"\0" in body[:_HEAD] and _NOT_IN_TEXT.search(body[:_HEAD]):
        raise InputError(f"{source}: is binary data; give a saved page (HTML) or a text")
    return body


def batch(path: Path, policy: Policy, workspace: Path) -> Iterator[dict[str, Any]]:
    """Yield the judgement of each line of a ``.jsonl``; a line that cannot be used says so in its place.

    Raises InputError when the file cannot be read.
    """
    pseudonymiser = Pseudonymiser(_key(workspace))
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                line = line.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901 - a mark before the first line is no part of it
                if line.strip():
                    yield _batch_line(number, line, policy, pseudonymiser)
    except OSError as problem:
        message = f"{path}: cannot be read ({problem.strerror}); check the path and its permissions"
        raise InputError(message) from problem


def _batch_line(number: int, line: bytes, policy: Policy, pseudonymiser: Pseudonymiser) -> dict[str, Any]:
    try:
        raw = _object(line)
        url = parse_url(str(raw["url"])) if raw.get("url") else None
        page = _page_of_row(raw, url, pseudonymiser)
    except (orjson.JSONDecodeError, RowError, UrlError) as problem:
        click.echo(f"line {number}: {problem}", err=True)
        return {"line": number, "error": str(problem)}
    head = {key: raw[key] for key in ("id", "url") if key in raw}
    return head | dataclasses.asdict(judge(page, policy))


def _object(line: bytes) -> dict[str, Any]:
    raw = orjson.loads(line)
    if not isinstance(raw, dict):
        raise RowError("is not a JSON object")
    return raw


def _page_of_row(raw: dict[str, Any], url: WebUrl | None, pseudonymiser: Pseudonymiser) -> Page:
    if isinstance(html := raw.get("html"), str):
        body = html.encode("utf-8", "replace")
        return read_page(body, content_type="text/html; charset=utf-8", url=url, pseudonymiser=pseudonymiser)
    if isinstance(text := raw.get("text"), str):
        return read_text(text, title=str(raw.get("title") or ""), url=url, pseudonymiser=pseudonymiser)
    raise RowError('has neither "text" nor "html"')
