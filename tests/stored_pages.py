"""A workspace whose pages were fetched, read and archived as a crawl does it, without a network."""

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

from blocklist.model import Capture, Hop, Share, Surface
from blocklist.policy import DEFAULT_POLICY
from blocklist.store import open_workspace
from blocklist.urls import parse_url
from crawler import pipeline
from crawler.fetch.archive import Archive
from crawler.fetch.session import Session
from crawler.fetch.visit import Visited
from crawler.readers import Exchange, Reader

OFFER = (
    '<html lang="en"><title>Night Garden</title>'
    "<h1>Cocaine</h1><p>Buy cocaine online, 1 g $80, stealth shipping worldwide, "
    "order now on Telegram @nightgarden88, Bitcoin accepted. No prescription.</p>"
)
NEWS = (
    "<title>Harbour News</title><p>Police said that officers seized cocaine in the harbour; two men were "
    "arrested and charged. The court hears the case in spring.</p>"
)
TEA = "<title>Hill Tea</title><p>Green tea from the hills, picked by hand in spring, dried in the sun.</p>"


def small_policy(folder: Path) -> Path:
    """Give the workspace in ``folder`` the default policy's drugs alone: their words compile quickly."""
    policy, settings = folder / "policy", folder / "linkgazette.toml"
    if not policy.exists():
        policy.mkdir(parents=True)
        for name in ("policy.toml", "controlled-drugs.toml"):
            shutil.copy(DEFAULT_POLICY / name, policy)
        written = settings.read_text() if settings.exists() else ""
        settings.write_text(f'{written}[policy]\npath = "policy"\n')
    return policy


def crawled(folder: Path, pages: Mapping[str, str | bytes], *, run: str = "run") -> Path:
    """Make or open the workspace in ``folder`` and visit ``pages`` (URL -> body) now; return the folder."""
    small_policy(folder)
    with open_workspace(folder, create=True) as opened:
        now = datetime.now(UTC)
        opened.shares.add([Share(url=parse_url(url), surface=Surface.GROUP) for url in pages], now=now)
        session = Session(
            links=opened.links,
            config=replace(opened.config.crawl, vantages=()),
            worker="me",
            archive=Archive(folder / "captures", run),
            policy=opened.policy,
            readers=Reader(policy=opened.policy, pseudonymiser=opened.pseudonymiser),
        )
        later = datetime.now(UTC) + timedelta(days=400)
        for link in opened.links.lease("me", now=later, limit=1000):
            if link.url not in pages:
                continue
            page = pages[link.url]
            body = page if isinstance(page, bytes) else page.encode()
            capture = Capture(
                link=link.id,
                fetched_at=datetime.now(UTC),
                hops=(Hop(url=link.url, status=200, via="landing"),),
                final_url=link.url,
                status=200,
                content_type="text/html; charset=utf-8",
                body_sha256=sha256(body).hexdigest(),
                body_bytes=len(body),
            )
            exchange = Exchange(url=link.url, status=200, request_headers=(), response_headers=(), body=body)
            spider = SimpleNamespace(session=session, done=lambda _: None, look=None)  # nobody looks again
            visited = Visited(link=link, capture=capture, exchange=exchange)
            asyncio.run(pipeline.VerdictPipeline(SimpleNamespace(spider=spider)).process_item(visited))
        session.archive.close()
        opened.links.give_back("me")
        assert session.trouble is None
    return folder
