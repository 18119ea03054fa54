"""The files of single lines: a format says each rule once, however many sets hold it (pure)."""

from collections import Counter
from collections.abc import Sequence
from itertools import compress

from blocklist.formats import Format, Header, all_formats
from blocklist.formats.base import Rule, unknown
from blocklist.model import Entry, Scope
from blocklist.release.sets import Sorter
from blocklist.release.tally import Put, Tallies, Tally, held, turns

Places = tuple[int, ...]
"""The sets that hold a rule, by number."""


def write_formats(pairs: Sequence[tuple[Rule, Entry]], sorter: Sorter, header: Header, put: Put) -> Tallies:
    """Write each set in each format, by ``put``; ``pairs`` are the rules in the order of all files."""
    formats, folders = all_formats(), sorter.folders
    for each in formats:
        for folder in folders:
            put(folder + each.filename, each.first_lines(header))
    tallies = {folder + each.filename: Tally(format=each.name) for each in formats for folder in folders}
    seen: Counter[tuple[Places, Scope]] = Counter()
    for turn in turns(pairs):
        # Anew: what formats ask of a rule lies in it, and is to go with the turn.
        rules = [Rule(*rule) for rule, _ in turn]
        places = [sorter(entry) for _, entry in turn]
        said = zip(places, [rule.scope for rule in rules], strict=True)
        seen.update(compress(said, [not rule.alias for rule in rules]))
        for scopes in {each.scopes for each in formats}:
            known = _Known(rules, places, scopes, folders)
            for each in formats:
                if each.scopes == scopes:
                    known.write(each, put, tallies)
    for (its, scope), count in seen.items():
        for each in (one for one in formats if scope not in one.scopes):
            for number in its:
                tallies[folders[number] + each.filename].omitted[unknown(scope)] += count
    return tallies


class _Known:
    """The rules of a turn that formats of the same scopes know, and which of them each set holds."""

    def __init__(
        self,
        rules: Sequence[Rule],
        places: Sequence[Places],
        scopes: frozenset[Scope],
        folders: Sequence[str],
    ) -> None:
        known = [at for at, rule in enumerate(rules) if rule.scope in scopes]
        self._rules = [rules[at] for at in known]
        sets = zip(folders, held((places[at] for at in known), len(folders)), strict=True)
        self._sets = [(folder, its, self._aliases(its)) for folder, its in sets if its]

    def write(self, form: Format, put: Put, tallies: Tallies) -> None:
        """Write what ``form`` says of them to the file of each set."""
        texts, reasons = form.said(self._rules)
        for folder, its, aliases in self._sets:
            name = folder + form.filename
            put(name, "".join([texts[at] for at in its]).encode("ascii"))
            left_out = [at for at in its if at in reasons] if reasons else []
            left_aliases = self._aliases(left_out)
            tally = tallies[name]
            tally.aliases += aliases - left_aliases
            tally.entries += len(its) - aliases - (len(left_out) - left_aliases)
            tally.omitted.update(reasons[at] for at in left_out if not self._rules[at].alias)

    def _aliases(self, its: Sequence[int]) -> int:
        return sum(self._rules[at].alias for at in its)
