r"""Protocol Buffers' wire encoding, as much of it as Safe Browsing's messages use.

::

    08 96 01            field 1, a varint: 150
    12 02 68 69         field 2, two bytes: b"hi"

A field that is absent means its default, so zero, false and empty are never written (proto3). Source:
https://protobuf.dev/programming-guides/encoding/.
"""

from collections.abc import Iterable, Iterator, Mapping

from blocklist.errors import FormatError

Value = int | bytes
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5
_FIXED = {_EIGHT: 8, _FOUR: 4}
_MAX_VARINT = 10  # octets of 64 bits
_BITS = 64
_WORDS = 1 << _BITS


def message(*fields: tuple[int, Value | str]) -> bytes:
    """Write numbered fields in their order, those that hold their default left out.

    A negative number is written as the two's complement of 64 bits, as ``int32`` and ``int64`` are.
    """
    return b"".join(_field(number, value) for number, value in fields if value)


def repeated(number: int, values: Iterable[Value]) -> bytes:
    """Write a field that stands as often as there are ``values``, empty ones among them."""
    return b"".join(_field(number, value) for value in values)


def fields(data: bytes, name: str) -> Iterator[tuple[int, Value]]:
    """Give number and value of each field of ``data``, which errors call ``name``; raises FormatError."""
    at = 0
    while at < len(data):
        key, at = _read_varint(data, at, name)
        number, kind = key >> 3, key & 7
        value: Value
        if kind == _VARINT:
            value, at = _read_varint(data, at, name)
        elif kind == _BYTES:
            length, at = _read_varint(data, at, name)
            value, at = data[at : at + length], at + length
        elif kind in _FIXED:
            value, at = int.from_bytes(data[at : at + _FIXED[kind]], "little"), at + _FIXED[kind]
        else:
            raise FormatError(f"{name}: is no message (field {number} of kind {kind})")
        if at > len(data):
            raise FormatError(f"{name}: is cut short in field {number}")
        yield number, value


def last(data: bytes, name: str) -> Mapping[int, Value]:
    """Return the last value of each field: for messages without repeated ones."""
    return dict(fields(data, name))


def duration(seconds: int) -> bytes:
    """Return a ``google.protobuf.Duration`` of whole seconds."""
    return message((1, seconds))


def _field(number: int, value: Value | str) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3 | _VARINT) + _varint(value % _WORDS)
    raw = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | _BYTES) + _varint(len(raw)) + raw


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits an octet
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _read_varint(data: bytes, at: int, name: str) -> tuple[int, int]:
    value = 0
    for shift, octet in enumerate(data[at : at + _MAX_VARINT]):
        value |= (octet & 0x7F) << 7 * shift
        if octet < 0x80:  # noqa: PLR2004 - the high bit says that more follow
            return value % _WORDS, at + shift + 1
    raise FormatError(f"{name}: is cut short, or no message")
