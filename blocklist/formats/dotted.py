"""Names that mean a subtree when a dot begins them: what proxies and web servers share."""

from blocklist.formats.base import DOMAIN, Claim, Rule
from blocklist.formats.lines import checked_host, checked_name
from blocklist.model import Scope


def not_dotted(rule: Rule) -> str:
    """Return why the rule's name cannot stand in such a file; empty: it can. An address has no subtree."""
    return rule.not_a_name if rule.scope is DOMAIN else rule.not_a_host


def dotted(rule: Rule) -> str:
    """Return ``.name`` for a ``domain``, ``name`` for a ``host``."""
    return f".{rule.host}" if rule.scope is DOMAIN else rule.host


def dotted_claim(text: str, name: str, number: int) -> Claim:
    """Read either back; raise FormatError."""
    if text.startswith("."):
        return Claim(Scope.DOMAIN, checked_name(text[1:], name, number))
    return Claim(Scope.HOST, checked_host(text, name, number))
