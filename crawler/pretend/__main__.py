"""``python -m crawler.pretend``: serve the pretend web until Ctrl-C."""

import time
from contextlib import suppress

import click

from crawler.pretend.server import PretendWeb
from crawler.pretend.sites import SITES


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free port.")
def main(port: int) -> None:
    """Serve the pretend web on loopback and print the configuration that makes a crawl see it."""
    with PretendWeb(port=port) as web, suppress(KeyboardInterrupt):
        click.echo(f"{len(SITES)} pretend addresses on {web.address}; Ctrl-C stops. In linkgazette.toml:\n")
        click.echo(f'[crawl]\nresolve = "{web.address}"')
        while True:
            time.sleep(3600)
    click.echo(f"\n{len(web.log)} requests over {web.connects} connections")


if __name__ == "__main__":
    main()
