"""Labelled rows read and judged in parallel, in their order; the sums are ``crawler.judge.measure``'s."""

import itertools
import multiprocessing
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from blocklist.errors import RowError
from blocklist.policy import Policy, load_policy
from blocklist.privacy import Pseudonymiser
from crawler.commands.corpus import corpus_lines
from crawler.judge.consider import consider
from crawler.judge.decide import conclude
from crawler.judge.fit import Sample, samples_of
from crawler.judge.rows import Outcome, is_even, outcome, page_of, parse_row

CHUNK = 100  # rows handed to a process at once

Numbered = tuple[str, int, bytes]
"""File, line number, line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of one line."""

    file: str
    line: int
    outcome: Outcome | None = None
    """None: it is no labelled row, for ``problem``."""
    samples: tuple[Sample, ...] = ()
    """What it teaches a fit; empty unless asked for."""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """How rows are judged; travels to the processes, which load the policy themselves."""

    workspace: Path
    policy_path: Path | None
    """None: the workspace's own."""
    sampled: bool = False
    """True: bring back samples too."""

    def policy(self) -> Policy:
        """Load the policy that judges."""
        from crawler.commands.classify import policy_of

        return policy_of(self.workspace) if self.policy_path is None else load_policy(self.policy_path)


def numbered_lines(corpora: Sequence[Path], folds: str) -> Iterator[Numbered]:
    """Stream the lines of the corpora that are not blank and in the half asked for."""
    for corpus in corpora:
        with corpus_lines(corpus) as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip() and (folds == "all" or in_half(line, folds)):
                    yield corpus.name, number, line


def in_half(line: bytes, folds: str) -> bool:
    """Tell whether a line's cluster is of the half ``even`` or ``odd``; what is no row is of both."""
    try:
        row = orjson.loads(line)
        cluster = str(row.get("cluster") or row.get("id", ""))
    except (orjson.JSONDecodeError, AttributeError):
        return True  # reported as an error later
    return is_even(cluster) == (folds == "even")


def judged(lines: Iterable[Numbered], how: Judging, jobs: int | None) -> Iterator[Judged]:
    """Judge ``lines`` in ``jobs`` processes (None: one a core), in their order."""
    source = iter(lines)
    chunks = iter(lambda: list(itertools.islice(source, CHUNK)), [])
    jobs = jobs or _cores()
    first = next(chunks, [])
    if jobs == 1 or len(first) < CHUNK:
        policy = how.policy()
        for chunk in itertools.chain([first], chunks):
            yield from _judge_chunk(chunk, policy, sampled=how.sampled)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(jobs, initializer=_start, initargs=(how,)) as pool:
        # imap keeps the order and reads ahead no more than the pool can take.
        for done in pool.imap(_judge_in_process, itertools.chain([first], chunks)):
            yield from done


_how: Judging
_policy: Policy


def _start(how: Judging) -> None:
    """Each process loads the policy itself: its compiled words do not travel."""
    global _how, _policy
    _how, _policy = how, how.policy()


def _judge_in_process(chunk: list[Numbered]) -> list[Judged]:
    return list(_judge_chunk(chunk, _policy, sampled=_how.sampled))


def _judge_chunk(chunk: list[Numbered], policy: Policy, *, sampled: bool) -> Iterator[Judged]:
    pseudonymiser = Pseudonymiser(secrets.token_bytes(32))
    for file, number, line in chunk:
        try:
            row, raw = parse_row(line)
        except RowError as problem:
            yield Judged(file=file, line=number, problem=str(problem))
            continue
        considered = consider(page_of(raw, pseudonymiser), policy)
        yield Judged(
            file=file,
            line=number,
            outcome=outcome(row, conclude(considered, policy)),
            samples=tuple(samples_of(row, considered)) if sampled else (),
        )


def _cores() -> int:
    count = os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()
    return count or 1
