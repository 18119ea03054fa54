"""``linkgazette serve``: reports, review, appeals and the published site over HTTP."""

import dataclasses
from pathlib import Path

import click


@click.command()
@click.option(
    "--host", metavar="ADDRESS", help="Listen here instead of [serve] host; loopback until origins are set."
)
@click.option(
    "--port", type=click.IntRange(0, 65_535), help="Public side, instead of [serve] port; 0: any free one."
)
@click.option(
    "--staff-port",
    type=click.IntRange(0, 65_535),
    help="Moderators' side, instead of [serve] staff_port; 0: any free one.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("public"),
    show_default=True,
    metavar="DIR",
    help="The published site that the public side shows.",
)
@click.pass_obj
def serve(workspace: Path, host: str | None, port: int | None, staff_port: int | None, out: Path) -> None:
    """Serve reports, review, appeals and the published site until stopped.

    The public side and the moderators' side are two listeners that never share an origin. `staff add` makes
    who may log in, `staff key` the keys of programs that report.
    """
    from blocklist.config import check_served
    from blocklist.service.doors import Side
    from blocklist.service.house import open_house
    from blocklist.service.measuring import log_to_stderr
    from blocklist.service.run import listen
    from blocklist.service.run import serve as run
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=True) as opened:
        settings = opened.config.serve
        settings = dataclasses.replace(
            settings,
            host=settings.host if host is None else host,
            port=settings.port if port is None else port,
            staff_port=settings.staff_port if staff_port is None else staff_port,
        )
        check_served(settings, "serve: --host")
        opened.config = dataclasses.replace(opened.config, serve=settings)
        house = open_house(opened, out)
        log_to_stderr()
        ports = {Side.PUBLIC: settings.port, Side.STAFF: settings.staff_port}
        listeners = {side: listen(settings.host, port) for side, port in ports.items()}

        def ready() -> None:
            for side, listener in listeners.items():
                address, number = listener.getsockname()[:2]
                name = f"[{address}]" if ":" in address else address
                click.echo(f"{side:<7} http://{name}:{number}/")

        run(house, listeners, ready=ready)
