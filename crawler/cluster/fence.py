"""Which visits come too late: those brought under a claim that another worker's claim has replaced.

The leader reads words in the one order that the engine keeps. A new holder's first word stands in it before
anything that the holder does, so whoever was paused or cut off and wakes later comes after that word and is
told by its lower token (the fencing token of Kleppmann, "How to do distributed locking", 2016).
"""

from collections.abc import Mapping

from crawler.cluster.words import Brought, Claimed


class Fence:
    """The newest claim that was heard of on each shard."""

    def __init__(self, known: Mapping[int, int] | None = None) -> None:
        self._newest = dict(known or {})

    def raise_to(self, word: Claimed) -> None:
        """Refuse from now on what older claims on the shard bring."""
        self._newest[word.shard] = max(word.token, self._newest.get(word.shard, 0))

    def admits(self, word: Brought) -> bool:
        """Tell whether ``word`` was brought under the newest claim that is known."""
        return word.token >= self._newest.get(word.shard, 0)
