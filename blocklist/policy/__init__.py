"""The policy as data: what is contraband here, in whose words, how grave, and what follows.

``load_policy`` reads a folder of TOML (``policies/default`` unless told otherwise), checks it against the
schema with errors that name file, line and cure, and returns a frozen ``Policy``. The crawl side judges by
it, the list side grades by it; neither changes it. Matching words against pages is left to ``crawler.judge``.
"""

from blocklist.policy.changes import Change, diff
from blocklist.policy.load import DEFAULT_POLICY, load_policy
from blocklist.policy.values import (
    Category,
    Phrase,
    PhraseKind,
    Policy,
    Rung,
    Score,
    Signal,
    SignalKind,
    Suppression,
    Term,
    TermKind,
    Voice,
    VoiceKind,
)

__all__ = [
    "DEFAULT_POLICY",
    "Category",
    "Change",
    "Phrase",
    "PhraseKind",
    "Policy",
    "Rung",
    "Score",
    "Signal",
    "SignalKind",
    "Suppression",
    "Term",
    "TermKind",
    "Voice",
    "VoiceKind",
    "diff",
    "load_policy",
]
