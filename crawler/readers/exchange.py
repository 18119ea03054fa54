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
