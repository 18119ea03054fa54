"""Whole addresses as patterns between slashes, for what looks for them in mail: Postfix and rspamd.

A reader's own marks say where an address begins and ends; between them host, port and path are the same.
"""

from dataclasses import dataclass

from blocklist.errors import FormatError
from blocklist.formats.base import DOMAIN, HOST, NOT_A_NAME, URL, Claim, Rule
from blocklist.formats.lines import checked_url, is_longer
from blocklist.formats.patterns import unescape
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
        if reason := rule.not_a_name if rule.scope is DOMAIN else rule.not_a_host:
            return reason
        if rule.scope is HOST or rule.scope is DOMAIN:
            below = _BELOW if rule.scope is DOMAIN else ""
            return [f"{self.begin}{_SCHEME}{below}{rule.pattern_host}{_PORT}{self.host}"]
        end = self.url if rule.scope is URL else self.path
        lines = [f"{self.begin}{address}{end}" for address in rule.pattern_addresses]
        return "too-long" if is_longer(lines, self.max_line) else lines or NOT_A_NAME

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
