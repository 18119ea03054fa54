"""Plain text: one URL a line, messages that hold URLs, or a chat export (``chat``).

From the first line that begins a chat message, the file is a chat: a line without a URL is then a message as
any other, and further lines of a message have its sender. Before, and in other files, a line without a URL is
reported. Blank lines and ``#`` comments are passed over.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from blocklist.intake.chat import message_in
from blocklist.intake.find import find_urls, refang
from blocklist.intake.rows import NO_URL, About, Row, Rows
from blocklist.intake.source import Source

# A line that is one address of a kind we do not follow is refused by name, not passed over.
_OTHER_SCHEME = re.compile(
    r"(?:[a-z][a-z0-9+.\-]{1,30}://"
    r"|(?:javascript|data|file|mailto|tel|blob|about|magnet|vbscript|view-source):).*",
    re.IGNORECASE,
)
# The whole line is the address where Chinese begins a part of its path; elsewhere it is text glued on.
_CHINESE_PATH = re.compile(
    r"https?://[^/\s]+/(?:[^\u2e80-\U0003ffff\s]*[/=_+&%-])?[\u2e80-\u2fff\u3005-\u9fff\uac00-\ud7ff]\S*",
    re.IGNORECASE,
)


def read_plain(source: Source, rows: Rows) -> Iterator[Row]:
    """Yield a row for every line that says anything."""
    nobody = rows.about({})
    sender: tuple[About, Mapping[str, Any]] | None = None
    for number, line, problem in source.lines():
        if problem:
            yield rows.problem(number, problem)
        elif not line or line.isspace():
            continue
        elif message := message_in(line):
            # Its id and time are in the bounds that ``chat`` reads.
            sender = rows.about(message.fields), message.fields
            yield rows.from_urls(number, find_urls(message.text), *sender)
        elif sender:
            yield rows.from_urls(number, find_urls(line), *sender, begins=False)
        elif not line.startswith("#"):
            urls = _urls(line.strip())
            yield rows.from_urls(number, urls, nobody) if urls else rows.problem(number, NO_URL)


def _urls(line: str) -> tuple[str, ...]:
    whole = refang(line)
    if _CHINESE_PATH.fullmatch(whole):
        return (whole,)
    return find_urls(line) or ((whole,) if _OTHER_SCHEME.fullmatch(whole) else ())
