"""The landing page's request and answer, as they are read and as the archive keeps them."""

from dataclasses import dataclass

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

    @property
    def sent(self) -> bytes:
        """The body as it was sent, but for the transfer coding: what the archive keeps."""
        return self.body if self.packed is None else self.packed
