"""Rendering: messages folded into templates, strict names, frames made once."""

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError

from blocklist.public.assets import site_folder
from blocklist.public.folding import FoldMessages
from blocklist.public.language import load_language, load_languages
from blocklist.public.outlines import OUTLINES
from blocklist.public.render import Plan, Renderer, SiteFacts, _environment
from blocklist.public.standing import PlainPage


def say(message: str) -> str:
    return {"Expires": "到期", "A %(b)s": "甲 %(b)s", "Ends %(b)s.": "终%(b)s。", "Ends.": "终。"}.get(
        message, message
    )


def plural(one: str, _many: str, _count: int) -> str:
    return one


def environment(template: str) -> Environment:
    made = Environment(
        loader=DictLoader({"t": template}),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", FoldMessages],
    )
    made.install_gettext_callables(say, plural, newstyle=True)  # type: ignore[attr-defined]
    made.say = say  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ('{{ _("Expires") }}', "到期"),
        ('<b>{{ _("Expires") }}</b>{{ x }}{{ _("Expires") }}', "<b>到期</b>&lt;i&gt;到期"),
        ('{{ _("A %(b)s", b=x) }}', "甲 &lt;i&gt;"),
        ('{{ _("Expires") ~ x }}', "到期&lt;i&gt;"),
        ('{{ other("Expires") }}', "Expires!"),
        ('{% if _("Expires") %}{{ _("Expires") }}{% endif %}', "到期"),
        ('a {{ x }} {{ "_" }} {{ ("Expires") }}', "a &lt;i&gt; _ Expires"),
        ('{{ _("Ends.") }} {{ _("Expires") }} {{ x }}', "终。到期 &lt;i&gt;"),
        (
            '{{ _("Ends %(b)s.", b=x) }}{% if x %}\n <b>{{ _("Ends.") }}</b> b{% endif %}',
            "终&lt;i&gt;。<b>终。</b> b",
        ),
        ('{{ x }} {{ _("Ends.") }} \n', "&lt;i&gt; 终。"),
        ("{{", None),
        ("", ""),
    ],
)
def test_a_fixed_message_is_folded_and_everything_else_is_left(template: str, shown: str | None) -> None:
    made = environment(template)
    if shown is None:
        with pytest.raises(Exception, match="unexpected"):
            made.get_template("t")
        return
    assert made.get_template("t").render(x="<i>", other=lambda text: f"{text}!") == shown


def test_a_folded_message_is_not_looked_up_again() -> None:
    made = environment('{{ _("Expires") }}')
    template = made.get_template("t")
    made.install_gettext_callables(  # type: ignore[attr-defined]
        lambda _text: pytest.fail("looked up"), plural, newstyle=True
    )
    assert template.render() == "到期"


def renderer() -> Renderer:
    languages = load_languages(("en",), site_folder() / "locale")
    facts = SiteFacts(title="T", publisher="", contact="", appeal_url="", licence="", base_url="")
    return Renderer(site_folder(), facts, languages[0], languages, OUTLINES)


def test_a_view_that_lacks_a_name_is_an_error_and_no_gap() -> None:
    with pytest.raises(UndefinedError):
        renderer().render(
            Plan(path="method/index.html", template="method.html", view=PlainPage(policy_version="1"))
        )


def test_every_template_compiles_with_autoescape_on() -> None:
    languages = load_languages(("en", "zh"), site_folder() / "locale")
    for language in languages:
        made, _ = _environment(site_folder(), language, OUTLINES.pieces)
        assert made.autoescape is True
        assert made.undefined is StrictUndefined
        for name in made.list_templates():
            if not name.startswith("service/"):  # theirs are compiled with filters of their own
                made.get_template(name)


def test_no_template_turns_escaping_off() -> None:
    for path in sorted((site_folder() / "templates").rglob("*.html")):
        text = path.read_text()
        assert "|safe" not in text.replace(" ", ""), path.name
        assert "autoescape" not in text, path.name


def test_the_current_room_is_marked_on_its_own_page_and_below_it() -> None:
    made = renderer()
    view = PlainPage(policy_version="1")
    own = made.render(Plan(path="about/index.html", template="about.html", view=view))[1].decode()
    below = made.render(Plan(path="about/more/index.html", template="about.html", view=view))[1].decode()
    elsewhere = made.render(Plan(path="removed/index.html", template="about.html", view=view))[1].decode()
    assert own.count('aria-current="page"') == 1
    assert below.count('aria-current="true"') == 1
    assert "aria-current" not in elsewhere


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0%"),
        (1, "100%"),
        (1e-6, "0.01%"),
        (0.999_999, "99.99%"),
        (0.0099, "0.99%"),
        (0.99, "99%"),
        (0.661, "66.1%"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_nothing(share, said):
    assert load_language("en", site_folder() / "locale", root="").percent(share) == said
