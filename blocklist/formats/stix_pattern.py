r"""A claim as a STIX 2.1 pattern (section 9 of the specification), and back.

::

    [url:value = 'http://page.example/a?b' OR url:value = 'https://page.example/a?b']   url
    [url:value MATCHES '^https?://homes\\.example(:[0-9]+)?/tenant/']                   path
    [domain-name:value = 'host.example']                                                host
    [domain-name:value MATCHES '^(.*\\.)?domain\\.example$']                            domain

A host that is an address is left out: ``ipv4-addr`` would speak of all that passes there, not of pages alone.
"""

import re

from blocklist.errors import FormatError
from blocklist.formats.base import NOT_A_NAME, Claim, Rule
from blocklist.formats.lines import checked_name, checked_url
from blocklist.formats.patterns import unescape
from blocklist.model import Scope

_URL = "url:value = "
_PATH = "url:value MATCHES "
_HOST = "domain-name:value = "
_DOMAIN = "domain-name:value MATCHES "
_STARTS = ((_URL, Scope.URL), (_PATH, Scope.PATH), (_HOST, Scope.HOST), (_DOMAIN, Scope.DOMAIN))
_SCHEME, _PORT = "^https?://", "(:[0-9]+)?"
_BELOW, _END = r"^(.*\.)?", "$"
_LITERAL = re.compile(r"'((?:[^'\\]|\\.)*)'")
_ESCAPED = re.compile(r"\\(['\\])")


def say(rule: Rule) -> tuple[str, str]:
    """Return the pattern, or nothing and why it cannot be said."""
    if rule.scope in {Scope.HOST, Scope.DOMAIN}:
        if reason := rule.not_a_name:
            return "", reason
        if rule.scope is Scope.HOST:
            return f"[{_HOST}{_quoted(rule.host)}]", ""
        return f"[{_DOMAIN}{_quoted(_BELOW + rule.pattern_host + _END)}]", ""
    forms = rule.forms
    if rule.not_a_host or not forms:
        return "", rule.not_a_host or NOT_A_NAME
    if rule.scope is Scope.URL:
        terms = [f"{_URL}{_quoted(f'{scheme}://{form}')}" for form in forms for scheme in ("http", "https")]
    else:
        starts = [_SCHEME + rule.pattern_host + _PORT + path for path in rule.pattern_paths]
        terms = [f"{_PATH}{_quoted(start)}" for start in starts]
    return f"[{' OR '.join(terms)}]", ""


def read(pattern: str, name: str, number: int) -> Claim:
    """Read a pattern back; raise FormatError naming file and object."""
    for start, scope in _STARTS:
        first = _LITERAL.match(pattern, 1 + len(start))
        if pattern.startswith(f"[{start}") and first:
            text = _ESCAPED.sub(r"\1", first[1])
            claim = _claim(scope, text, name, number)
            if say(Rule(claim.expression, claim.scope, False, False))[0] == pattern:
                return claim
    raise FormatError(f"{name} line {number}: not a pattern that this list uses")


def _claim(scope: Scope, text: str, name: str, number: int) -> Claim:
    if scope is Scope.URL:
        return Claim(scope, checked_url(text, name, number))
    if scope is Scope.HOST:
        return Claim(scope, checked_name(text, name, number))
    begin, end = (_SCHEME, "") if scope is Scope.PATH else (_BELOW, _END)
    plain = unescape(text.removeprefix(begin).removesuffix(end).replace(_PORT, "", 1))
    if plain is None:
        raise FormatError(f"{name} line {number}: not a pattern that this list uses")
    if scope is Scope.DOMAIN:
        return Claim(scope, checked_name(plain, name, number))
    return Claim(scope, checked_url(f"http://{plain}", name, number))


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
