"""One worker of a cluster: a process started by ``crawler.commands.worker``, as ``crawler.worker`` is.

argv[1] is a JSON order ``{"servers", "settings", "key", "evidence", "seconds"}``: where the engine is, the
folder whose ``[cluster]`` says how to be let in there (missing: anybody is), the file of the pseudonym key,
the leader's ``[crawl] evidence`` as this machine reaches it (missing: what the leader says, in that folder).
Everything else comes from the leader.
Standard input and output are as ``crawler.worker`` has them.

It ends, with nothing lost, when the leader's policy or settings change or its shards go to others; whoever
started it starts it anew.
"""

import asyncio
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO

from nats.js.errors import KeyNotFoundError

from blocklist.config import ClusterConfig, load_config
from blocklist.errors import InputError, TroubleError
from blocklist.model import Vantage
from blocklist.policy import Policy, load_policy
from blocklist.privacy import Pseudonymiser, load_key
from blocklist.shelf import mark_of, open_shelf
from crawler.browser import find_chromium
from crawler.cluster.door import connect
from crawler.cluster.engine import ORDER_KEY, again, found
from crawler.cluster.remote import RemoteLinks
from crawler.cluster.words import PROGRAM, Order, key_mark, mark_of_order, unseal
from crawler.fetch.archive import archive_on
from crawler.fetch.report import CrawlReport
from crawler.fetch.session import Session
from crawler.readers import Nursery, Reader, Readers
from crawler.worker import crawl, progress_to, run_as_child


def work(order: dict[str, Any], out: BinaryIO) -> CrawlReport:
    """Work until stopped; raises LinkgazetteError for what ended it early."""
    servers: list[str] = order["servers"]
    settings = order.get("settings")
    access = load_config(Path(settings)).cluster if settings else ClusterConfig()
    told, mark = asyncio.run(_ask(servers, access))
    pseudonymiser = Pseudonymiser(load_key(Path(order["key"]), create=False))
    if told.program != PROGRAM:
        raise InputError(f"the leader runs {told.program}, this is {PROGRAM}; install the same")
    if told.key != key_mark(pseudonymiser):
        raise InputError(f"{order['key']}: is not the leader's pseudonym key; copy that one here")
    policy = _policy(told)
    config = told.config
    browser = find_chromium() if Vantage.BROWSER in config.vantages else None
    if Vantage.BROWSER in config.vantages and browser is None:
        raise InputError("the leader's vantages name \"browser\"; install Debian's chromium here too")
    name = f"{socket.gethostname()[:40].replace('.', '-')}-{os.getpid()}-{secrets.token_hex(4)}"
    run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{name}"
    shelf = open_shelf(order.get("evidence") or config.evidence, Path(settings or "."))
    if mark_of(shelf) != told.shelf:
        raise InputError(
            f"{shelf.where}: is not the leader's evidence; mount that, or name it with --evidence"
        )
    reader = Reader(policy=policy, pseudonymiser=pseudonymiser)
    with (
        closing(Readers(Nursery.open(reader))) as readers,
        closing(RemoteLinks.join(servers, access, name, told, mark)) as links,
    ):
        session = Session(
            links=links,
            config=config,
            worker=name,
            archive=archive_on(shelf, run),
            policy=policy,
            readers=readers,
            browser=browser,
            watch=True,
            ends_at=None if order.get("seconds") is None else monotonic() + order["seconds"],
            allowed=links.allowed,
            progress=progress_to(out),
        )
        started = monotonic()
        try:
            crawl(session, renew_every_s=told.claim_s / 4)
        finally:
            session.archive.close()
        session.report.seconds = monotonic() - started
    if session.trouble is not None:
        raise session.trouble
    return session.report


async def _ask(servers: Sequence[str], access: ClusterConfig) -> tuple[Order, bytes]:
    """Return what the leader wants of every worker, and its mark; raises TroubleError when nobody leads."""
    client = await connect(servers, access, name="asks for the order")
    try:
        engine = await found(client)
        entry = await again(lambda: engine.order.get(ORDER_KEY))
    except KeyNotFoundError:
        raise TroubleError("nobody has led a crawl there yet") from None
    finally:
        await client.close()
    return unseal(entry.value or b"", Order), mark_of_order(entry.value or b"")


def _policy(order: Order) -> Policy:
    """Return the leader's policy; raises InputError when this program reads another out of it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in order.files.items():
            if Path(name).name != name:
                raise InputError(f"the leader's policy has a file called {name!r}")
            (Path(folder) / name).write_text(text, encoding="utf-8")
        policy = load_policy(Path(folder))
    if policy.digest != order.policy:
        raise InputError("the leader's files make another policy here; install the same version")
    return policy


def main() -> int:
    """Carry out the order in argv; returns the exit code."""
    return run_as_child(work)


if __name__ == "__main__":
    sys.exit(main())
