r"""Patterns for Postfix's ``body_checks`` (regexp_table(5)): mail that carries a listed address.

::

    # Title: Linkgazette
    # Version: 42
    /(^|[[:space:]"<>])https?:\/\/page\.example(:[0-9]+)?\/offer\?id=7([[:space:]"<>]|$)/i REJECT
    /(^|[[:space:]"<>])https?:\/\/homes\.example(:[0-9]+)?\/tenant\//i REJECT
    /(^|[[:space:]"<>])https?:\/\/host\.example(:[0-9]+)?([\/?#[:space:]"<>]|$)/ REJECT
    /(^|[[:space:]"<>])https?:\/\/([a-z0-9_.-]+\.)?domain\.example(:[0-9]+)?([\/?#[:space:]"<>]|$)/ REJECT

An address begins and ends at white space, a quotation mark or an angle bracket, so that one inside another
(``?u=http://…``) is not taken for it. ``i`` turns Postfix's blindness to letter case off, for paths.
"""

from collections.abc import Sequence

from blocklist.errors import FormatError
from blocklist.formats.base import NOT_A_NAME, Claim, Format, Rule, commented, not_a_host, not_a_name
from blocklist.formats.lines import checked_url, numbered_lines
from blocklist.formats.literal import literal_forms
from blocklist.formats.patterns import escape, unescape
from blocklist.model import Scope

FILENAME = "postfix.body_checks"
MAX_LINE = 2000  # octets; Postfix cuts body lines at line_length_limit, 2,048
_OPEN = r'/(^|[[:space:]"<>])https?:\/\/'
_BELOW = r"([a-z0-9_.-]+\.)?"
_PORT = "(:[0-9]+)?"
_URL_END = r'([[:space:]"<>]|$)/i REJECT'
_PATH_END = "/i REJECT"
_HOST_END = r'([\/?#[:space:]"<>]|$)/ REJECT'


def _say(rule: Rule) -> Sequence[str] | str:
    if reason := (not_a_name if rule.scope is Scope.DOMAIN else not_a_host)(rule.host):
        return reason
    below = _BELOW if rule.scope is Scope.DOMAIN else ""
    start = f"{_OPEN}{below}{escape(rule.host)}{_PORT}"
    if rule.scope in {Scope.HOST, Scope.DOMAIN}:
        return [f"{start}{_HOST_END}"]
    end = _URL_END if rule.scope is Scope.URL else _PATH_END
    forms = literal_forms(rule.expression)
    lines = [f"{start}{escape(form[len(rule.host) :], '/')}{end}" for form in forms]
    return "too-long" if any(len(line) > MAX_LINE for line in lines) else lines or NOT_A_NAME


def parse(data: bytes) -> tuple[Claim, ...]:
    """Read the file back; each claim once."""
    lines = numbered_lines(data, FILENAME, "#")
    return tuple(dict.fromkeys(_claim(line, number) for number, line in lines))


def _claim(line: str, number: int) -> Claim:
    for end, scope in ((_HOST_END, Scope.HOST), (_URL_END, Scope.URL), (_PATH_END, Scope.PATH)):
        if line.startswith(_OPEN) and line.endswith(end):
            host, port, path = line[len(_OPEN) : -len(end)].partition(_PORT)
            is_subtree = host.startswith(_BELOW)
            text = unescape(host.removeprefix(_BELOW) + path)
            if port and text is not None and (path or scope is Scope.HOST):
                expression = checked_url(f"http://{text}", FILENAME, number)
                return Claim(Scope.DOMAIN if is_subtree else scope, expression)
    raise FormatError(f"{FILENAME} line {number}: not a pattern that this list uses")


POSTFIX_BODY = Format(
    name="postfix-body",
    filename=FILENAME,
    media_type="text/plain",
    scopes=frozenset(Scope),
    head=commented("#"),
    say=_say,
    parse=parse,
)
