"""Where the program begins, also as ``python -m blocklist``: Ctrl-C is heeded before anything is imported."""

import sys


def main() -> None:
    """Run the command line; an interruption while it still loads is no error of ours."""
    try:
        from blocklist.cli import main as run  # noqa: PLC0415 - half a second in which people press Ctrl-C

        run()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; what was stored is kept\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
