"""``classify``: judge one saved page, a text, a batch of pages or a live one; the workspace stays as it is.

Reading the source is ``classifying``'s, judging ``crawler.judge``'s; a live page is ``visit_once``'s.
"""

import dataclasses
from pathlib import Path
from typing import Any

import click
import orjson

from blocklist.policy import Policy, load_policy


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
    from crawler.commands.classifying import batch, headed, read_source
    from crawler.judge import explain, judge

    if source.lower().startswith(("http://", "https://")):
        from crawler.commands.visit_once import judged_live

        judgement = judged_live(source, workspace, policy_path)
    else:
        policy = policy_of(workspace) if policy_path is None else load_policy(policy_path)
        if source.lower().endswith(".jsonl"):
            for found in batch(Path(source), policy, workspace):
                click.echo(_json(found))
            return
        judgement = judge(read_source(source, address, workspace), policy)
    if as_json:
        click.echo(_json(dataclasses.asdict(judgement)))
    else:
        click.echo(explain(judgement) if explained else headed(judgement))


def policy_of(workspace: Path) -> Policy:
    """Load the policy that the workspace's configuration names, else the default; creates nothing."""
    from blocklist.config import load_config

    return load_policy(load_config(workspace).policy.path)


def _json(found: dict[str, Any]) -> str:
    return orjson.dumps(found, option=orjson.OPT_SORT_KEYS).decode()
