"""A stored page's text for a moderator: the stage that the service asks, since reading is this side's.

Pages are hostile: they are read in a process of its own, which is limited in memory and time and made again
when a page has broken it.
"""

import os
import resource
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from blocklist.errors import EvidenceError
from blocklist.model import Capture, Passage, Verdict
from blocklist.policy import load_policy

_MEMORY = 2 << 30  # bytes; numpy's tables and the lexicon map a good part of it
_START_S = 120.0
_WAIT_S = 20.0

Passages = Callable[[Verdict, Capture], tuple[Passage, ...]]


def passages_stage(workspace: Any) -> Passages:
    """Return what gives the page of a verdict as passages; raises EvidenceError where it cannot be read."""
    return _Reader(workspace)


@dataclass
class _Reader:
    """Asks a process that is kept for the next page."""

    workspace: Any
    _pool: ProcessPoolExecutor | None = None
    _turn: Lock = field(default_factory=Lock)

    def __call__(self, verdict: Verdict, capture: Capture) -> tuple[Passage, ...]:
        from crawler.fetch.archive import stored_body

        workspace = self.workspace
        if capture.archived is None or capture.failure is not None:
            raise EvidenceError("no page is kept of this visit")
        body = stored_body(workspace.path, capture)
        judgement = verdict.judgement
        rules = frozenset(each.rule for each in judgement.evidence)
        order = (
            workspace.config.policy.path,
            body,
            capture.content_type,
            capture.final_url,
            judgement.category or "",
            rules,
        )
        with self._turn:
            try:
                return self._made().submit(_read, *order).result(_WAIT_S)
            except (BrokenExecutor, TimeoutError, ValueError) as broke:
                self._end()
                raise EvidenceError("the page broke its reader; see the evidence instead") from broke

    def _made(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Spawned, not forked: the service has threads.
            self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_limit)
            # Once for many pages, and not the page's fault: the policy and its lexicon take seconds.
            self._pool.submit(_ready, self.workspace.config.policy.path).result(_START_S)
        return self._pool

    def _end(self) -> None:
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):  # noqa: SLF001 - there is no other way
                process.kill()
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when who asks is gone: killed, it tells nobody, and the pool's own pipe stays open at our end."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _read(
    policy: str | None, body: bytes, content_type: str, url: Any, category: str, rules: frozenset[str]
) -> tuple[Passage, ...]:
    from blocklist.privacy import Pseudonymiser
    from crawler.judge.passages import passages
    from crawler.read import read_page

    nobody = Pseudonymiser(b"")  # contacts are masked, so whose they are is not asked
    page = read_page(body, content_type=content_type, url=url, pseudonymiser=nobody)
    return passages(page, _policy(policy), category, rules)


def _ready(path: str | None) -> None:
    from crawler.judge.lexicon import lexicon_of

    lexicon_of(_policy(path))


@cache
def _policy(path: str | None) -> Any:
    return load_policy(Path(path) if path else None)
