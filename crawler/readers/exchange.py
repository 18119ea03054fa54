"""The landing page's request and answer, as they are read and as the archive keeps them."""

from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha1

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer."""

    url: str
    status: int
    request_headers: Headers
    response_headers: Headers
    body: bytes
    """Decompressed, as judged."""
    packed: bytes | None = None
    """The body as sent, when a content coding was undone to judge it; None: it came as it is."""
    way: tuple[str, ...] = ()
    """The hops that led here, ``301 http http://go.example/x`` each; empty: none did."""
    reckoned: str = ""
    """Its ``payload``, which takes long; empty: nobody has reckoned it yet."""

    @property
    def sent(self) -> bytes:
        """The body as it was sent, but for the transfer coding: what the archive keeps."""
        return self.body if self.packed is None else self.packed

    @property
    def payload(self) -> str:
        """The digest of the body as sent, as WARC has it: SHA-1, for other readers; ours is in the store."""
        return self.reckoned or digest_of(sha1(self.sent, usedforsecurity=False).digest())


def digest_of(raw: bytes) -> str:
    """Write a SHA-1 as WARC does."""
    return f"sha1:{b32encode(raw).decode()}"
