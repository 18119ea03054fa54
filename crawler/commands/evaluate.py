"""``evaluate``: how well the judge does on labelled rows, and every false accusation by name.

Reads and judges in parallel, prints; the sums are ``crawler.judge.measure``'s. The workspace stays as it is.
"""

import contextlib
import itertools
import multiprocessing
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import click
import orjson

from blocklist.errors import InputError, RowError, TroubleError
from blocklist.policy import Policy, load_policy
from blocklist.privacy import Pseudonymiser
from crawler.commands.corpus import corpus_lines
from crawler.judge.measure import Measure
from crawler.judge.rows import Outcome, is_even, outcome_of, prediction

CHUNK = 100  # rows handed to a process at once

Judged = tuple[int, Outcome | None, str]
"""Line number, the outcome, or what is wrong with the line."""


@click.command()
@click.argument("corpus", type=click.Path(path_type=Path), metavar="CORPUS.jsonl[.zst]")
@click.option(
    "--predictions", type=click.Path(path_type=Path), metavar="FILE", help="Write one JSON line per row here."
)
@click.option("--folds", type=click.Choice(["all", "even", "odd"]), default="all", show_default=True,
              help="Only rows whose cluster's hash is even or odd.")  # fmt: skip
@click.option("--policy", "policy_path", type=click.Path(path_type=Path), metavar="DIR",
              help="Policy folder; the workspace's own unless given.")  # fmt: skip
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=None, help="Processes; as many as cores unless given."
)
@click.option("--fit", "fitting", is_flag=True, help="Fit the policy's [score] on these rows and print it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def evaluate(
    workspace: Path,
    corpus: Path,
    predictions: Path | None,
    folds: str,
    policy_path: Path | None,
    jobs: int | None,
    fitting: bool,
    as_json: bool,
) -> None:
    """Measure the judge on labelled rows (.jsonl or .jsonl.zst).

    A row is {"id","lang","kind","label","category","hard_negative","title","text"} and maybe "html". Listed
    means published without a person, review seen by a moderator. Rows that cannot be used are reported and
    the rest is kept. With --fit nothing is judged: the [score] that explains the rows best is printed, ready
    for policy.toml, and how it does on each source and category when fitted without it.
    """
    from crawler.commands.classify import policy_of

    policy = policy_of(workspace) if policy_path is None else load_policy(policy_path)
    if fitting:
        from crawler.commands.fitting import fitted

        with corpus_lines(corpus) as lines:
            wanted = (line for line in lines if line.strip() and (folds == "all" or _in_half(line, folds)))
            for said in fitted(wanted, policy, as_json=as_json):
                click.echo(said)
        return
    measure = Measure()
    with contextlib.ExitStack() as stack:
        lines = stack.enter_context(corpus_lines(corpus))
        sink = stack.enter_context(_sink(predictions, corpus))
        for number, one, problem in _judged(lines, policy, policy_path, workspace, jobs, folds):
            if one is None:
                measure.errors.append({"file": corpus.name, "line": number, "error": problem})
            else:
                measure.add(one)
                sink(prediction(one))
        if not measure.total.positives + measure.total.negatives:
            raise InputError(
                f"{corpus}: holds no labelled row; see `linkgazette evaluate --help` for the shape"
            )
    report = measure.report() | {"policy": policy.digest, "folds": folds}
    if as_json:
        click.echo(orjson.dumps(report, option=orjson.OPT_SORT_KEYS).decode())
        return
    from crawler.commands.figures import lines_of

    for line in lines_of(report):
        click.echo(line)


@contextlib.contextmanager
def _sink(path: Path | None, corpus: Path) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Write predictions beside ``path`` and put them there when all are written: never half a file."""
    if path is None:
        yield lambda _: None
        return
    if path.exists() and corpus.exists() and path.samefile(corpus):
        raise InputError(f"{path}: is the corpus itself; choose another --predictions")
    aside = path if path.exists() and not path.is_file() else path.with_name(f".{path.name}.part")
    try:
        with aside.open("wb") as file:
            yield _writer(file)
        if aside != path:
            aside.replace(path)
    except OSError as problem:
        raise TroubleError(
            f"{path}: cannot be written ({problem.strerror}); choose another --predictions"
        ) from problem
    finally:
        if aside != path:
            aside.unlink(missing_ok=True)


def _writer(file: IO[bytes]) -> Callable[[dict[str, Any]], None]:
    def write(row: dict[str, Any]) -> None:
        file.write(orjson.dumps(row, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE))

    return write


def _judged(
    lines: Iterator[bytes],
    policy: Policy,
    policy_path: Path | None,
    workspace: Path,
    jobs: int | None,
    folds: str,
) -> Iterator[Judged]:
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    wanted = (pair for pair in numbered if folds == "all" or _in_half(pair[1], folds))
    chunks = iter(lambda: list(itertools.islice(wanted, CHUNK)), [])
    jobs = jobs or os.process_cpu_count() if hasattr(os, "process_cpu_count") else jobs or os.cpu_count() or 1
    first = next(chunks, [])
    if jobs == 1 or len(first) < CHUNK:
        yield from itertools.chain.from_iterable(
            _judge_chunk(chunk, policy) for chunk in itertools.chain([first], chunks)
        )
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(jobs, initializer=_start, initargs=(policy_path, workspace)) as pool:
        # imap keeps the order and reads ahead no more than the pool can take.
        for chunk in pool.imap(_judge_in_process, itertools.chain([first], chunks)):
            yield from chunk


def _in_half(line: bytes, folds: str) -> bool:
    try:
        row = orjson.loads(line)
        cluster = str(row.get("cluster") or row.get("id", ""))
    except (orjson.JSONDecodeError, AttributeError):
        return True  # reported as an error later
    return is_even(cluster) == (folds == "even")


_policy: Policy


def _start(policy_path: Path | None, workspace: Path) -> None:
    """Each process loads the policy itself: its compiled words do not travel."""
    from crawler.commands.classify import policy_of

    global _policy  # noqa: PLW0603 - a process of the pool keeps it between chunks
    _policy = policy_of(workspace) if policy_path is None else load_policy(policy_path)


def _judge_in_process(chunk: list[tuple[int, bytes]]) -> list[Judged]:
    return list(_judge_chunk(chunk, _policy))


def _judge_chunk(chunk: list[tuple[int, bytes]], policy: Policy) -> Iterator[Judged]:
    pseudonymiser = Pseudonymiser(secrets.token_bytes(32))
    for number, line in chunk:
        try:
            yield number, outcome_of(line, policy, pseudonymiser), ""
        except RowError as problem:
            yield number, None, str(problem)
