"""Token buckets: so many in an hour for each who asks. In memory, and of addresses only a digest."""

import hashlib
import secrets
from collections import OrderedDict
from datetime import datetime

_HOUR = 3600.0  # seconds
_REMEMBERED = 100_000  # who asked last; an older one starts anew


class Throttle:
    """Buckets that refill steadily to ``hourly``."""

    def __init__(self, hourly: int) -> None:
        self._hourly = hourly
        self._salt = secrets.token_bytes(16)
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def wait(self, who: str, now: datetime) -> int:
        """Take one for ``who``; return 0, or the seconds until there is one again."""
        key = hashlib.blake2b(who.encode(errors="replace"), key=self._salt, digest_size=12).digest()
        moment = now.timestamp()
        left, seen = self._buckets.pop(key, (float(self._hourly), moment))
        left = min(self._hourly, left + max(0.0, moment - seen) * self._hourly / _HOUR)
        enough = left >= 1
        self._buckets[key] = (left - 1 if enough else left, moment)
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return 0 if enough else int((1 - left) * _HOUR / self._hourly) + 1
