"""How long to wait before a message is tried again (pure but for the chance that is passed in)."""

import random
from datetime import timedelta


def wait(attempt: int, *, base_s: float, longest_s: float, chance: random.Random) -> timedelta:
    """Return the wait after try number ``attempt`` (from 1) failed.

    It doubles with each try up to ``longest_s``; a random part of up to a half is taken off, so that senders
    which failed together do not come back together ("equal jitter", Brooker, AWS Architecture Blog, 2015).
    """
    # A larger exponent would overflow, and every sensible bound was passed long before.
    whole = min(longest_s, base_s * 2.0 ** min(attempt - 1, 64))
    return timedelta(seconds=whole * (1 - chance.random() / 2))
