"""Corpora of labelled rows, one JSON object a line, plain or packed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from blocklist.errors import InputError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@contextmanager
def corpus_lines(corpus: Path) -> Iterator[Iterator[bytes]]:
    """Stream the lines of ``corpus``; a ``.zst`` is unpacked on the way.

    Raises InputError for a file that cannot be read, is no Zstandard or is cut off.
    """
    try:
        with corpus.open("rb") as raw:
            if corpus.suffix == ".zst":
                # Corpora are packed with a long window (--long=27 and more).
                window = {int(zstd.DecompressionParameter.window_log_max): 31}
                with zstd.open(raw, "rb", options=window) as unpacked:
                    yield iter(unpacked)
            else:
                yield iter(raw)
    except zstd.ZstdError as problem:
        raise InputError(f"{corpus}: is no Zstandard file ({problem})") from problem
    except EOFError as problem:
        raise InputError(f"{corpus}: is cut off; fetch it whole, a part misleads") from problem
    except OSError as problem:
        message = f"{corpus}: cannot be read ({problem.strerror}); check the path and its permissions"
        raise InputError(message) from problem
