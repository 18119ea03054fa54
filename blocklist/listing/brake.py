"""The last look before a release: whether it changes too much, or lists what must never be (rule 6)."""

import re
from collections.abc import Sequence

from blocklist.errors import BrakeError, InputError
from blocklist.listing.settings import ListSettings
from blocklist.model import Entry, Host, Listing, ListKey, RemovalReason, Scope
from blocklist.scopes import covers_key, is_below, key_host, parents

_OVERRIDE = re.compile(r"\s*[^:\s][^:]*:\s*\S.*", re.DOTALL)
_SHOWN = 5


def check_brake(previous: Sequence[Entry], listing: Listing, settings: ListSettings, *, first: bool) -> None:
    """Raise BrakeError with every reason, the numbers, and the cure; ``first``: no release was made yet."""
    reasons = [*_canaries(listing, settings)]
    if not first:
        reasons += _change(previous, listing, settings)
    if reasons:
        raise BrakeError(
            f"the release was stopped: {'; '.join(reasons)}. Nothing was published. If this is right, a "
            'named person lifts the brake: publish --override "NAME: reason"'
        )


def check_override(override: str) -> str:
    """Return ``override`` stripped; raise InputError unless it names a person and a reason, or is empty."""
    if override and not _OVERRIDE.fullmatch(override):
        raise InputError('--override must name a person and the reason: --override "NAME: reason"')
    return override.strip()


def _change(previous: Sequence[Entry], listing: Listing, settings: ListSettings) -> list[str]:
    if not previous:
        return []
    if not listing.entries:
        return [f"it would empty the list of {len(previous)} entries"]
    if len(previous) < settings.brake_min_entries:
        return []
    before = {entry.id for entry in previous}
    present = {entry.id for entry in listing.entries}
    moved = {each.id for each in listing.tombstones if each.reason is RemovalReason.WIDENED}
    # What another entry took over is no loss of cover.
    added, removed = len(present - before), len(before - present - moved)
    share = (added + removed) / len(before)
    if share <= settings.brake_share:
        return []
    allowed = f"{share:.0%} where [list] brake_share allows {settings.brake_share:.0%}"
    return [f"it adds {added} and removes {removed} of {len(before)} entries, {allowed}"]


def _canaries(listing: Listing, settings: ListSettings) -> list[str]:
    claims = {(entry.scope, entry.expression) for entry in listing.entries}
    dropped = [name for name in settings.canaries_listed if not _is_listed(name, claims)]
    good = [name for name in settings.canaries_good if _is_touched(name, listing)]
    reasons = []
    if dropped:
        reasons.append(f"{_some(dropped)} of [list] canaries_listed would not be listed")
    if good:
        reasons.append(f"{_some(good)} of [list] canaries_good would be listed")
    return reasons


def _is_listed(key: ListKey, claims: set[tuple[Scope, ListKey]]) -> bool:
    return any(claim in claims for claim in parents(key))


def _is_touched(host: Host, listing: Listing) -> bool:
    aliased = any(key_host(alias.expression) == host for alias in listing.aliases)
    return aliased or any(
        entry.host == host
        or (entry.scope is Scope.DOMAIN and is_below(host, entry.host))
        or covers_key(entry.scope, entry.expression, ListKey(f"{host}/"))
        for entry in listing.entries
    )


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
