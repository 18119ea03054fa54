"""``classify``: judge one saved page, a text or a batch of pages, offline; the workspace stays as it is.

Reading and judging are ``crawler.read``'s and ``crawler.judge``'s; a live page is ``visit_once``'s.
"""

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
from blocklist.policy import Policy, load_policy
from blocklist.privacy import Pseudonymiser, load_key
from blocklist.urls import parse_url
from crawler.judge import explain, judge
from crawler.judge.explain import headline
from crawler.read import read_page, read_text

KEY_NAME = "pseudonym.key"
MAX_BYTES = 16 * 1024 * 1024
_HEAD = 4096  # bytes looked at
_NOT_IN_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
"""Controls of no text; beside NUL, which UTF-16 is full of, they tell images and archives."""
_MARKUP = (b"<html", b"<!doctype", b"<body", b"<head", b"<div", b"<meta", b"<?xml")


@click.command()
@click.argument("source", metavar="PATH|URL|-")
@click.option("--url", "address", default=None, metavar="U", help="The address the saved page came from.")
@click.option("--explain", "explained", is_flag=True, help="Show all evidence, for and against.")
@click.option("--policy", "policy_path", type=click.Path(path_type=Path), metavar="DIR",
              help="Policy folder; the workspace's own unless given.")  # fmt: skip
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: one object, or one line per page of a .jsonl."
)
@click.pass_obj
def classify(
    workspace: Path,
    source: str,
    address: str | None,
    explained: bool,
    policy_path: Path | None,
    as_json: bool,
) -> None:
    """Judge a page: a saved HTML or text file, "-" for standard input, a .jsonl of pages, or a URL to fetch.

    A line of a .jsonl is {"id"?, "url"?, "title"?, "text" or "html"}. Exits 0 whatever the label.
    """
    policy = policy_of(workspace) if policy_path is None else load_policy(policy_path)
    pseudonymiser = Pseudonymiser(_key(workspace))
    if source.lower().startswith(("http://", "https://")):
        from crawler.commands.visit_once import judged_live

        _show(judged_live(source, workspace, policy_path), as_json=as_json, explained=explained)
        return
    if source.lower().endswith(".jsonl"):
        _batch(Path(source), policy, pseudonymiser)
        return
    url = None if address is None else parse_url(address)
    page = page_of_bytes(_bytes(source), url, pseudonymiser)
    _show(judge(page, policy), as_json=as_json, explained=explained)


def policy_of(workspace: Path) -> Policy:
    """Load the policy that the workspace's configuration names, else the default; creates nothing."""
    from blocklist.config import load_config

    return load_policy(load_config(workspace).policy.path)


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


def _batch(path: Path, policy: Policy, pseudonymiser: Pseudonymiser) -> None:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                line = line.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901 - a mark before the first line is no part of it
                if line.strip():
                    click.echo(_json(_batch_line(number, line, policy, pseudonymiser)))
    except OSError as problem:
        message = f"{path}: cannot be read ({problem.strerror}); check the path and its permissions"
        raise InputError(message) from problem


def _batch_line(number: int, line: bytes, policy: Policy, pseudonymiser: Pseudonymiser) -> dict[str, Any]:
    """Judge one line; a line that cannot be used says so in its place."""
    try:
        raw = _object(line)
        url = parse_url(str(raw["url"])) if raw.get("url") else None
        page = _page_of_row(raw, url, pseudonymiser)
    except (orjson.JSONDecodeError, RowError, UrlError) as problem:
        click.echo(f"line {number}: {problem}", err=True)
        return {"line": number, "error": str(problem)}
    head = {key: raw[key] for key in ("id", "url") if key in raw}
    return head | as_object(judge(page, policy))


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


def as_object(judgement: Judgement) -> dict[str, Any]:
    """Return the judgement as ``--json`` prints it."""
    return dataclasses.asdict(judgement)


def _json(found: dict[str, Any]) -> str:
    return orjson.dumps(found, option=orjson.OPT_SORT_KEYS).decode()


def _show(judgement: Judgement, *, as_json: bool, explained: bool) -> None:
    if as_json:
        click.echo(_json(as_object(judgement)))
    elif explained:
        click.echo(explain(judgement))
    else:
        click.echo("\n".join(_short(judgement)))


def _short(judgement: Judgement) -> Iterator[str]:
    yield headline(judgement)
    yield judgement.reason
