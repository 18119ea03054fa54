"""The headers that a message carries (pure).

::

webhook-id: msg_6f1c…              the same at every try: what a receiver knows it by
webhook-timestamp: 1795996800      of this try, Unix seconds
webhook-signature: v1,K5oZ…= v1,…  HMAC-SHA256 of "ID.TIMESTAMP.BODY", one for each secret
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

TOLERANCE_S = 300
"""How far a receiver lets the timestamp differ from its own clock, before and after."""


def headers(message: str, body: bytes, secrets: Sequence[bytes], *, now: datetime) -> dict[str, str]:
    """Return the headers of one try at ``now``."""
    stamp = str(int(now.timestamp()))
    return {
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(_signature(message, stamp, body, each) for each in secrets),
    }


def problem(given: Mapping[str, str], body: bytes, secrets: Sequence[bytes], *, now: datetime) -> str:
    """Say, as a receiver, why a message is not to be believed; empty: it is. Header names are lower case.

    A message that is believed may still have been received before: that is told by its ``webhook-id``.
    """
    message, stamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not stamp.isascii() or not stamp.isdigit():
        return "the timestamp is no number"
    if abs(int(stamp) - now.timestamp()) > TOLERANCE_S:
        return "the timestamp is too far from now"
    wanted = {_signature(message, stamp, body, each) for each in secrets}
    said = given.get("webhook-signature", "").split()
    if any(hmac.compare_digest(one.encode(), each.encode()) for one in said for each in wanted):
        return ""
    return "the signature is not of this message"


def _signature(message: str, stamp: str, body: bytes, secret: bytes) -> str:
    signed = f"{message}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
