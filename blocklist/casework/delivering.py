"""What is new of measures to the platform's webhook: kept first, then sent until it has arrived.

A message is kept in the transaction that keeps its lines as exported, so that no measure is lost or told
under two ids. It is sent in its turn, since a correction must not overtake what it corrects, and the next
waits for it; one that fails too often is given up and the next has its turn. A receiver gets each at least
once: a kill between the answer and its record sends it again under the same id.
"""

import random
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from blocklist.casework.measuring import export_measures
from blocklist.config import WebhookConfig
from blocklist.errors import InputError
from blocklist.release.folder import locked
from blocklist.store import Workspace
from blocklist.store.outbox import Line, Message, Outbox, Outcome
from blocklist.webhook.posting import Receiver, Reply, post
from blocklist.webhook.secret import load_secrets
from blocklist.webhook.signing import headers
from blocklist.webhook.waiting import wait

TYPE = "measures.changed"
LINES = 50
"""In one message: about 20 kB, which the specification recommends as the most."""
_LOCK = "deliver.lock"
_JSON = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z

Post = Callable[[Mapping[str, str], bytes], Reply]
"""Sends one body with these headers."""


@dataclass(slots=True, kw_only=True)
class Delivered:
    """What a run did, and what it left."""

    queued: int = 0
    """Lines that were new."""
    delivered: int = 0
    """Messages that have arrived."""
    failed: int = 0
    """Tries that did not arrive."""
    waiting: int = 0
    """Messages that are left for a later run."""
    dead: int = 0
    """Messages that were given up, now or before."""
    problem: str = ""
    """Why the oldest of those that are left did not arrive; empty: it was not tried, or none is left."""


def receiver_of(config: WebhookConfig) -> Receiver:
    """Return where messages go; raises InputError when the configuration names nothing."""
    if not config.url:
        raise InputError("no receiver is configured; set url under [webhook] in linkgazette.toml")
    return Receiver(url=config.url, address=config.inside, timeout_s=config.timeout_s)


def poster(config: WebhookConfig) -> Post:
    """Return what sends to the configured receiver; raises InputError."""
    return partial(post, receiver_of(config))


def _clock() -> datetime:
    return datetime.now(UTC)


def deliver(
    workspace: Workspace,
    send: Post,
    *,
    seconds: float = 0.0,
    revive: bool = False,
    clock: Callable[[], datetime] = _clock,
    sleep: Callable[[float], None] = time.sleep,
    chance: random.Random | None = None,
) -> Delivered:
    """Queue what is new and send what is due, for ``seconds`` at most (0: what is due now and no more).

    With ``revive`` what was given up is tried once more. Raises InputError for a secret that cannot be used,
    TroubleError when another delivery of this workspace is under way.
    """
    config, done = workspace.config.webhook, Delivered()
    keys = load_secrets(Path(config.secret))
    rng = chance or random.Random()  # noqa: S311 - spreads tries, keeps no secret
    end = clock() + timedelta(seconds=seconds)
    with locked(workspace.path / _LOCK, "another delivery of this workspace"):
        if revive:
            workspace.outbox.revive(now=clock())
        done.queued = queue(workspace, now=clock())
        while (message := workspace.outbox.next()) is not None:
            pause = (message.next_at - clock()).total_seconds()
            if pause > 0:
                if message.next_at > end:
                    break
                sleep(pause)
                continue
            reply = _try(workspace.outbox, message, send, keys, config, clock, rng)
            done.delivered += not reply.problem
            done.failed += bool(reply.problem)
            if reply.gone:
                break
    done.waiting, done.dead = workspace.outbox.count()
    done.problem = workspace.outbox.last_problem()
    return done


def queue(workspace: Workspace, *, now: datetime) -> int:
    """Keep what is new since the last export as messages; return how many lines."""

    def keep(rows: Sequence[Mapping[str, Any]]) -> None:
        for part in (rows[start : start + LINES] for start in range(0, len(rows), LINES)):
            lines = [
                Line(id=row["id"], subject=row["subject"], body=orjson.dumps(row, option=_JSON).decode())
                for row in part
            ]
            workspace.outbox.add(f"msg_{secrets.token_hex(16)}", lines, now=now)

    return export_measures(workspace, keep, now=now)


def body_of(message: Message) -> bytes:
    """Return the message as it is sent; the same each time, unless somebody in it was forgotten."""
    made = orjson.dumps(message.made_at, option=_JSON).decode()
    return f'{{"type":"{TYPE}","timestamp":{made},"data":{{"lines":[{",".join(message.lines)}]}}}}'.encode()


def _try(
    outbox: Outbox,
    message: Message,
    send: Post,
    keys: Sequence[bytes],
    config: WebhookConfig,
    clock: Callable[[], datetime],
    rng: random.Random,
) -> Reply:
    """Send one message once, and keep what became of it."""
    now = clock()
    if not message.lines:
        outbox.settle(message.number, Outcome.EMPTY, now=now)
        return Reply()
    attempt = message.attempts + 1
    after = wait(attempt, base_s=config.retry_base_s, longest_s=config.retry_max_s, chance=rng)
    outbox.begin(message.number, next_at=now + after)
    body = body_of(message)
    reply = send(headers(message.id, body, keys, now=now), body)
    if not reply.problem:
        outbox.settle(message.number, Outcome.DELIVERED, now=clock())
        return reply
    patience = timedelta(seconds=min(reply.retry_after_s, config.retry_max_s))
    outbox.failed(message.number, next_at=clock() + max(after, patience), problem=reply.problem)
    if attempt >= config.attempts:
        outbox.settle(message.number, Outcome.DEAD, now=clock())
    return reply
