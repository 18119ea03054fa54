"""A group of subcommands that tells each one's whole first sentence, and the nearest name for a wrong one."""

import click

_WHOLE = 10_000  # characters: no sentence is cut


class Group(click.Group):
    """click's group cuts a subcommand's sentence at the terminal's width; half a sentence helps nobody."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of subcommands, each with its first sentence, wrapped."""
        rows = [
            (name, command.get_short_help_str(_WHOLE))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None and not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand; raises NoSuchCommand with what is near, also of commands not imported yet."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as problem:
            near = self.list_commands(ctx)
            raise click.NoSuchCommand(problem.command_name, possibilities=near, ctx=ctx) from None
