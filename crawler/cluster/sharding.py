"""Which shard a host is of, and how many shards a worker should hold."""

from collections.abc import Collection
from hashlib import sha256

from blocklist.model import Host


def shard_of(host: Host, shards: int) -> int:
    """Return the shard of ``host``, 0 to ``shards - 1``: the same on every machine and for all time."""
    return int.from_bytes(sha256(host.encode()).digest()[:8]) % shards


def fair_share(workers: Collection[str], shards: int) -> int:
    """Return how many shards one of ``workers`` may hold at most, so that none is left over."""
    return -(-shards // max(1, len(workers)))


def preferred(worker: str, shards: int) -> list[int]:
    """Return all shards in the order in which ``worker`` tries to hold them, another for each worker.

    Rendezvous hashing (Thaler, Ravishankar 1998): few shards change hands when a worker comes or goes.
    """

    def weight(shard: int) -> bytes:
        return sha256(f"{worker}/{shard}".encode()).digest()

    return sorted(range(shards), key=weight)
