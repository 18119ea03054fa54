"""Whole addresses as patterns between slashes, for what looks for them in mail: Postfix and rspamd.

A reader's own marks say where an address begins and ends; between them host, port and path are the same.
"""

from dataclasses import dataclass

from blocklist.errors import FormatError
from blocklist.formats.base import NOT_A_NAME, Claim, Rule, not_a_host, not_a_name
from blocklist.formats.lines import checked_url
from blocklist.formats.literal import literal_forms
from blocklist.formats.patterns import escape, unescape
from blocklist.model import Scope

_SCHEME = r"https?:\/\/"
_BELOW = r"([a-z0-9_.-]+\.)?"
_PORT = "(:[0-9]+)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """How one reader's lines begin and end."""

    begin: str
    """Up to the scheme."""
    url: str
    """After the last letter of a single page."""
    path: str
    """After the last slash of a directory."""
    host: str
    """After a host and its port."""
    max_line: int
    """Octets."""

    def say(self, rule: Rule) -> list[str] | str:
        """Return the lines of ``rule``, or why it cannot be said."""
        if reason := (not_a_name if rule.scope is Scope.DOMAIN else not_a_host)(rule.host):
            return reason
        below = _BELOW if rule.scope is Scope.DOMAIN else ""
        start = f"{self.begin}{_SCHEME}{below}{escape(rule.host)}{_PORT}"
        if rule.scope in {Scope.HOST, Scope.DOMAIN}:
            return [f"{start}{self.host}"]
        end = self.url if rule.scope is Scope.URL else self.path
        lines = [
            f"{start}{escape(form[len(rule.host) :], '/')}{end}" for form in literal_forms(rule.expression)
        ]
        return "too-long" if any(len(line) > self.max_line for line in lines) else lines or NOT_A_NAME

    def read(self, line: str, name: str, number: int) -> Claim:
        """Read a line back; raise FormatError naming it."""
        start = self.begin + _SCHEME
        for end, scope in ((self.host, Scope.HOST), (self.url, Scope.URL), (self.path, Scope.PATH)):
            if line.startswith(start) and line.endswith(end):
                host, port, path = line[len(start) : -len(end)].partition(_PORT)
                text = unescape(host.removeprefix(_BELOW) + path)
                if port and text is not None and (path or scope is Scope.HOST):
                    is_subtree = host.startswith(_BELOW)
                    expression = checked_url(f"http://{text}", name, number)
                    return Claim(Scope.DOMAIN if is_subtree else scope, expression)
        raise FormatError(f"{name} line {number}: not a pattern that this list uses")
