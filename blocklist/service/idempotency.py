"""The same request again gets the same answer (draft-ietf-httpapi-idempotency-key-header).

An answer is kept under the caller's key and the request's, with a digest of path and body; another request
under the same two is refused. What is asked twice at once is done twice, and the first answer is kept: each
thing that these doors take is kept once by itself.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from blocklist.service.doors import Call
from blocklist.service.refusals import Refused
from blocklist.store.api_keys import ApiKey

REPLAYED = {"Idempotent-Replayed": "true"}
HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key and body again get the same answer.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
"""The header as the OpenAPI document says it."""
_NAME = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Once:
    """One request as it is told from others."""

    key: ApiKey
    name: str
    """Empty: the caller gave none, and nothing is kept."""
    digest: bytes

    async def given(self, call: Call) -> bytes | None:
        """Return the answer that was given before; None: none was. Raises Refused for another request."""
        if not self.name:
            return None
        found = await call.house.do(call.house.workspace.api_keys.answered, self.key.id, self.name)
        if found is None:
            return None
        if found[0] != self.digest:
            raise Refused(422, "this Idempotency-Key was used with another body; use a new one")
        return found[1]

    async def keep(self, call: Call, answer: bytes) -> None:
        """Keep the answer to be given again."""
        if self.name:
            room = call.house.workspace.api_keys
            await call.house.do(room.answer, self.key.id, self.name, self.digest, answer, now=call.now)


def once(call: Call) -> Once:
    """Return what tells this request from others; raises Refused for a header that cannot be one."""
    key = call.key
    assert key is not None, "the gate asked for it"
    name = call.request.headers.get("idempotency-key", "")
    if name and not _NAME.fullmatch(name):
        raise Refused(400, "Idempotency-Key must be 1 to 200 visible ASCII characters")
    return Once(key, name, sha256(f"{call.request.url.path}\0".encode() + call.body).digest())
