"""A second factor: codes of an app that change each half minute (TOTP, RFC 6238), as pyotp makes them.

Pure: the time comes in. A code is taken of the present step and its neighbours, since clocks differ, and of
no step twice (section 5.2), which the store sees to. Recovery codes are made here and kept hashed.
"""

import hmac
from datetime import datetime

import pyotp
import segno
from markupsafe import Markup

from blocklist.service.secrets import digest_of, new_secret

_STEP = 30  # seconds; what every app takes for granted
_DRIFT = 1  # steps before and after the present one: RFC 6238, section 6
RECOVERY_CODES = 10


def new_factor() -> str:
    """Return a new secret, 160 random bits in base 32 (RFC 4226, section 4: as many are recommended)."""
    return pyotp.random_base32()


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step whose code that is; None: of none about ``now``."""
    code = "".join(code.split())
    present = int(now.timestamp()) // _STEP
    totp = pyotp.TOTP(secret, interval=_STEP)
    steps = range(present - _DRIFT, present + _DRIFT + 1)
    right = [step for step in steps if hmac.compare_digest(totp.generate_otp(step), _ascii(code))]
    return right[-1] if right else None


def uri_of(secret: str, name: str, house: str) -> str:
    """Return the address by which an app takes the secret over; ``house`` is what the app calls us."""
    return pyotp.TOTP(secret, interval=_STEP).provisioning_uri(name=name, issuer_name=house)


def picture_of(uri: str) -> Markup:
    """Return that address as a QR code, in SVG without style or script."""
    drawn = segno.make(uri, micro=False).svg_inline(
        scale=4, light="#fff", svgclass=None, lineclass=None, omitsize=True
    )
    return Markup(drawn)  # noqa: S704 - paths of squares, no word of the address


def new_recovery_codes() -> tuple[str, ...]:
    """Return codes that each open once in place of the app."""
    return tuple(new_secret() for _ in range(RECOVERY_CODES))


def recovery_digest(code: str) -> bytes:
    """Return what is kept of a recovery code."""
    return digest_of("recovery " + "".join(code.split()).lower())


def _ascii(code: str) -> str:
    return code if code.isascii() else ""
