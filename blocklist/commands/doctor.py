"""``doctor``: looks at the whole set-up and says what to mend, one line each; makes and changes nothing."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from blocklist.errors import LinkgazetteError

if TYPE_CHECKING:
    from blocklist.commands.checks import Check


@click.command()
@click.option(
    "--cluster",
    "servers",
    multiple=True,
    metavar="NATS-URL",
    help="Ask the engine between leader and workers too, by these servers; repeat it for each.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def doctor(context: click.Context, servers: tuple[str, ...], as_json: bool) -> None:
    """Check the set-up and say what to mend; exits with 1 when something fails.

    Python, SQLite, settings, policy, keys, disk, database, due links, leases, evidence, verdicts by an older
    policy, the latest release, whether moderators still uphold what the machine lists, a cluster's leader.
    """
    from blocklist.commands.checks import State

    found = list(checks(context.obj, datetime.now(UTC)))
    if servers:
        (point,) = entry_points(group="linkgazette.stages", name="fleet")
        found += point.load()(context.obj, servers)
    if as_json:
        said = {"ok": all(one.state is not State.FAIL for one in found), "checks": list(map(asdict, found))}
        click.echo(orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode())
    else:
        for one in found:
            click.echo(f"{one.state:4}  {one.name}: {one.said}")
    if any(one.state is State.FAIL for one in found):
        context.exit(1)


def checks(workspace: Path, now: datetime) -> Iterator["Check"]:
    """Make every check; what cannot be looked at, since something before it fails, is left out."""
    from blocklist.commands.checks import Check, State
    from blocklist.commands.checks_desk import desk_checks
    from blocklist.commands.checks_kept import workspace_checks
    from blocklist.commands.checks_setup import policy_check, setup_checks
    from blocklist.config import CONFIG_NAME, load_config
    from blocklist.store import open_workspace
    from blocklist.store.connection import looked_at
    from blocklist.store.workspace import DATABASE_NAME

    yield Check(name="linkgazette", state=State.OK, said=version("linkgazette"))
    try:
        config = load_config(workspace)
    except LinkgazetteError as problem:
        yield Check(name="settings", state=State.FAIL, said=str(problem))
        return
    yield from setup_checks(workspace, config)
    check, policy = policy_check(config)
    yield check
    try:
        missing = looked_at(workspace / DATABASE_NAME)
        if missing is None:
            begun = (workspace / CONFIG_NAME).exists()  # else it may be the wrong folder
            said = f"no {DATABASE_NAME} here yet; `linkgazette intake FILE` makes it"
            said += "" if begun else ", or name the --workspace"
            yield Check(name="workspace", state=State.OK if begun else State.WARN, said=said)
        elif missing:
            said = "its tables are of an older version; the next command that writes brings them up to date"
            yield Check(name="workspace", state=State.WARN, said=said)
        elif policy is not None:
            with open_workspace(workspace, create=False, write=False) as opened:
                yield from workspace_checks(opened, policy, now)
                yield from desk_checks(opened, now)
    except LinkgazetteError as problem:
        yield Check(name="workspace", state=State.FAIL, said=str(problem))
