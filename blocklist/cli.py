"""The root command: options that all share, exit codes, and the subcommands from entry points.

A subcommand is one module named in ``[project.entry-points."linkgazette.commands"]``; it is imported when it
is called, so that ``linkgazette lookup`` does not pay for Scrapy.
"""

import os
import sys
from contextlib import suppress
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import click

from blocklist.commands.group import Group
from blocklist.errors import InputError, LinkgazetteError, TroubleError

COMMANDS = "linkgazette.commands"
_SIGPIPE = 141  # 128 + SIGPIPE, as shells have it
_REPORT = "please report it, with what LINKGAZETTE_TRACEBACK=1 prints"


class _Commands(Group):
    """A group whose subcommands are entry points, imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(entry_points(group=COMMANDS).names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        found: EntryPoint
        for found in entry_points(group=COMMANDS, name=cmd_name):
            command = found.load()
            assert isinstance(command, click.Command)
            return command
        return None

    def invoke(self, ctx: click.Context) -> object:
        """Run the subcommand; a reader that left (head, less) ends it quietly, as SIGPIPE would."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Here, since click's own handler would make it exit code 1: "ran and found a problem".
            _abandon_stdout()
            raise click.exceptions.Exit(_SIGPIPE) from None


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--workspace",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    envvar="LINKGAZETTE_WORKSPACE",
    show_default="the current folder",
    show_envvar=True,
    metavar="DIR",
    help="Folder of linkgazette.toml and linkgazette.db.",
)
@click.version_option(package_name="linkgazette")
@click.pass_context
def root(ctx: click.Context, workspace: Path) -> None:
    """From shared links to a published, verifiable list of pages that sell contraband.

    Exit codes: 0 done; 1 ran and found a problem; 2 unusable input or configuration; 3 disk, lock or
    network trouble that a retry may cure; 130 interrupted; 141 the reader of the output left.
    """
    ctx.obj = workspace


def main() -> None:
    """Run the command line; every error of ours ends as one line on stderr and its exit code."""
    _have_streams()
    try:
        # Not standalone, click returns what `ctx.exit` was given; commands themselves return nothing.
        code = root(standalone_mode=False)
        sys.stdout.flush()  # a full disk is trouble to report, not a traceback at the interpreter's end
        sys.exit(code)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        click.echo("interrupted; what was stored is kept", err=True)
        sys.exit(130)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except LinkgazetteError as problem:
        click.echo(f"linkgazette: {problem}", err=True)
        sys.exit(problem.exit_code)
    except KeyboardInterrupt:
        click.echo("interrupted; what was stored is kept", err=True)
        sys.exit(130)
    except OSError as problem:
        _abandon_stdout()
        click.echo(f"linkgazette: {problem.strerror or problem}: {problem.filename or 'output'}", err=True)
        sys.exit(TroubleError.exit_code)
    except Exception as problem:
        if os.environ.get("LINKGAZETTE_TRACEBACK"):
            raise
        # A bug must not look like "ran and found a problem" (1), nor spill a page's text in a traceback.
        click.echo(f"linkgazette: unforeseen {type(problem).__name__}; {_REPORT}", err=True)
        sys.exit(InputError.exit_code)


def _have_streams() -> None:
    """Open what the caller closed (``2>&-``): else a database would get the number that errors go to."""
    for name, mode, way in (
        ("stdin", "r", os.O_RDONLY),
        ("stdout", "w", os.O_WRONLY),
        ("stderr", "w", os.O_WRONLY),
    ):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, way), mode))


def _abandon_stdout() -> None:
    """Let the interpreter end without flushing into a reader that left or a disk that is full."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
