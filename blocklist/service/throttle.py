"""Token buckets: so many in a while for each who asks. In memory, and of addresses only a digest."""

import hashlib
import secrets
from collections import OrderedDict
from datetime import datetime

HOUR, MINUTE = 3600.0, 60.0  # seconds
_REMEMBERED = 100_000  # who asked last; an older one starts anew


class Throttle:
    """Buckets that hold ``most``, and refill steadily in ``span`` seconds."""

    def __init__(self, most: int, span: float) -> None:
        self._most = most
        self._rate = most / span
        self._salt = secrets.token_bytes(16)
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def wait(self, who: str, now: datetime) -> int:
        """Take one for ``who``; return 0, or the seconds until there is one again."""
        key = hashlib.blake2b(who.encode(errors="replace"), key=self._salt, digest_size=12).digest()
        moment = now.timestamp()
        left, seen = self._buckets.pop(key, (float(self._most), moment))
        left = min(self._most, left + max(0.0, moment - seen) * self._rate)
        enough = left >= 1
        self._buckets[key] = (left - 1 if enough else left, moment)
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return 0 if enough else int((1 - left) / self._rate) + 1
