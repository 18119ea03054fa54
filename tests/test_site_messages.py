"""The catalogues: every message of the site is translated, none is left from before, placeholders agree."""

import re

import pytest

from blocklist.public.assets import site_folder
from blocklist.public.language import load_languages
from tests.site_catalogue import languages, messages, read, written

PLACE = re.compile(r"%\(\w+\)s")
SOURCE = messages()


def both(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def test_the_templates_hold_messages_to_translate() -> None:
    assert len(SOURCE) > 200


@pytest.mark.parametrize("code", languages())
class TestCatalogue:
    def test_no_message_is_missing(self, code: str) -> None:
        catalogue = read(code)
        missing = [
            one.id
            for one in SOURCE
            if one.id and not (one.id in catalogue and all(both(catalogue[one.id].string)))
        ]
        assert missing == [], "run python tests/site_catalogue.py and translate what is empty"

    def test_no_message_is_stale(self, code: str) -> None:
        stale = [one.id for one in read(code) if one.id and one.id not in SOURCE]
        assert stale == [], "run python tests/site_catalogue.py"

    def test_no_message_is_fuzzy_or_obsolete(self, code: str) -> None:
        catalogue = read(code)
        assert [one.id for one in catalogue if one.fuzzy and one.id] == []
        assert not catalogue.obsolete

    def test_placeholders_are_those_of_the_message(self, code: str) -> None:
        wrong = [
            one.id
            for one in read(code)
            if one.id
            for said in both(one.string)
            if set(PLACE.findall(said)) != set(PLACE.findall(both(one.id)[-1]))
        ]
        assert wrong == []

    def test_no_message_brings_markup(self, code: str) -> None:
        """Templates trust messages, so that they hold no markup is kept here."""
        assert [
            one.id for one in read(code) if one.id and re.search("[<>&]", "".join(both(one.string)))
        ] == []

    def test_the_file_is_as_the_script_writes_it(self, code: str) -> None:
        path = site_folder() / "locale" / code / "LC_MESSAGES" / "messages.po"
        catalogue = read(code)
        catalogue.update(SOURCE, no_fuzzy_matching=True)
        assert written(catalogue) == path.read_bytes()


def test_no_template_says_a_word_past_the_catalogue() -> None:
    """Names of programs and commands aside, what stands between tags comes from `_()`."""
    words = (
        r"SVG|CSV|Atom|JSON Feed|manifest\.json|linkgazette verify (?:\./public --key|\. --entry)|"
        r"list/(?:by-category|min-grade|names|recent|delta)"
    )
    allowed = re.compile(rf"^[\W\d]*(?:{words})?[\W\d]*$")
    loose = []
    for path in sorted((site_folder() / "templates").rglob("*.html")):
        text = re.sub(r"<pre.*?</pre>", "", path.read_text(), flags=re.DOTALL)
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
        loose += [
            f"{path.name}: {part.strip()}"
            for part in re.split(r"<[^>]*>", text)
            if not allowed.match(part.strip())
        ]
    assert loose == []


def test_dates_and_numbers_follow_the_language() -> None:
    from tests.sample_site import NOW  # noqa: PLC0415 - the sample is needed here alone

    english, chinese = load_languages(("en", "zh"), site_folder() / "locale")
    assert (english.date(NOW), english.day(NOW)) == ("22 November 2026", "22 Nov 2026")
    assert chinese.date(NOW) == "2026年11月22日"
    assert english.number(1204) == "1,204"
    assert (english.name, chinese.name) == ("English", "中文")
