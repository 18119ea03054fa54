"""``evaluate``: how well the judge does on labelled rows, and every false accusation by name.

Judging in parallel is ``judging``'s, the sums are ``crawler.judge.measure``'s, the page with plots is
``report``'s. The workspace stays as it is.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
import orjson

from blocklist.errors import InputError, TroubleError
from blocklist.policy import Policy

if TYPE_CHECKING:
    from crawler.commands.judging import Judging
    from crawler.judge.fit import Sample
    from crawler.judge.measure import Measure

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("corpora", nargs=-1, required=True, type=_FILE, metavar="CORPUS.jsonl[.zst]…")
@click.option("--predictions", type=_FILE, metavar="FILE", help="Write one JSON line per row here.")
@click.option("--report", "page", type=_FILE, metavar="FILE.html",
              help="Write a page with tables, plots and errors here; it quotes the rows.")  # fmt: skip
@click.option("--gate", "bar_path", type=_FILE, metavar="FLOORS.toml|shared",
              help="Exit with 1 when a floor is missed; `shared` comes with the program.")  # fmt: skip
@click.option("--leave-out", is_flag=True, help="Also fit the score without each source and each category.")
@click.option("--folds", type=click.Choice(["all", "even", "odd"]), default="all", show_default=True,
              help="Only rows whose cluster's hash is even or odd.")  # fmt: skip
@click.option(
    "--policy",
    "policy_path",
    type=_FILE,
    metavar="DIR",
    help="Policy folder; the workspace's own unless given.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=None, help="Processes; as many as cores unless given."
)
@click.option("--fit", "fitting", is_flag=True, help="Fit the policy's [score] on these rows and print it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def evaluate(
    context: click.Context,
    corpora: tuple[Path, ...],
    predictions: Path | None,
    page: Path | None,
    bar_path: Path | None,
    leave_out: bool,
    folds: str,
    policy_path: Path | None,
    jobs: int | None,
    fitting: bool,
    as_json: bool,
) -> None:
    """Measure the judge on labelled rows (.jsonl or .jsonl.zst), of one corpus or several together.

    A row is {"id","lang","kind","label","category","hard_negative","title","text"} and maybe "html". Listed
    means published without a person, review seen by a moderator. Rows that cannot be used are reported and
    the rest is kept. With --fit no figures are printed but the [score] that explains the rows best, ready for
    policy.toml, and how it does on each source and category when fitted without it.
    """
    from crawler.commands.judging import Judging, judged, numbered_lines

    how = Judging(workspace=context.obj, policy_path=policy_path, sampled=leave_out or fitting)
    policy = how.policy()
    if fitting:
        from crawler.commands.fitting import fitted

        samples = [one for row in judged(numbered_lines(corpora, folds), how, jobs) for one in row.samples]
        for said in fitted(samples, policy, as_json=as_json):
            click.echo(said)
        return
    from crawler.commands.bar import ask, load_bar
    from crawler.commands.figures import bar_lines, lines_of
    from crawler.commands.leaving_out import KINDS, left_out
    from crawler.commands.report import write_report

    bar = load_bar(bar_path) if bar_path else ()
    _check_outputs(corpora, predictions=predictions, report=page)
    measure, samples = _measured(corpora, how, policy, predictions, jobs, folds)
    figures = measure.report() | {
        "policy": policy.digest,
        "folds": folds,
        "corpora": [corpus.name for corpus in corpora],
    }
    if leave_out:
        positives = {
            kind: {name: one.positives for name, one in measure.slices[kind].items()} for kind in KINDS
        }
        figures["left_out"] = left_out(numbered_lines(corpora, folds), samples, positives, policy)
    asked = ask(bar, figures) if bar else []
    if bar:
        figures["gate"] = [
            {"floor": one.name, "bound": one.bound, "at": "most" if one.most else "least",
             "value": one.value, "missed": one.missed}
            for one in asked
        ]  # fmt: skip
    if page is not None:
        write_report(page, figures, measure.errors())
    if as_json:
        click.echo(orjson.dumps(figures, option=orjson.OPT_SORT_KEYS).decode())
    else:
        for line in lines_of(figures):
            click.echo(line)
        for line in bar_lines(asked):
            click.echo(line)
    if any(one.missed for one in asked):
        context.exit(1)


def _measured(
    corpora: Sequence[Path],
    how: "Judging",
    policy: Policy,
    predictions: Path | None,
    jobs: int | None,
    folds: str,
) -> "tuple[Measure, list[Sample]]":
    from crawler.commands.judging import judged, numbered_lines
    from crawler.judge.measure import Measure
    from crawler.judge.rows import prediction

    measure, samples = Measure(policy.categories), list["Sample"]()
    with _sink(predictions) as sink:
        for one in judged(numbered_lines(corpora, folds), how, jobs):
            if one.outcome is None:
                measure.rejected.append({"file": one.file, "line": one.line, "error": one.problem})
                continue
            measure.add(one.outcome)
            samples += one.samples
            sink(prediction(one.outcome))
        if not measure.total.positives + measure.total.negatives:
            named = ", ".join(map(str, corpora))
            raise InputError(
                f"{named}: holds no labelled row; see `linkgazette evaluate --help` for the shape"
            )
    return measure, samples


def _check_outputs(corpora: Sequence[Path], **outputs: Path | None) -> None:
    for name, path in outputs.items():
        for corpus in corpora:
            if path is not None and path.exists() and corpus.exists() and path.samefile(corpus):
                raise InputError(f"{path}: is the corpus itself; choose another --{name}")


@contextlib.contextmanager
def _sink(path: Path | None) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Write predictions beside ``path`` and put them there when all are written: never half a file."""
    if path is None:
        yield lambda _: None
        return
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
