import dataclasses
from pathlib import Path

import pytest

from blocklist.config import SECTIONS, Config, load_config, options, parse_config
from blocklist.errors import ConfigError

HERE = Path()


def test_without_a_file_every_option_has_its_default(tmp_path):
    config = load_config(tmp_path)
    assert config.listing == Config().listing
    assert config.crawl.resolve is None
    assert config.crawl.robots is True
    assert config.crawl.delay_s == 1.0


def test_the_file_in_the_workspace_is_read(tmp_path):
    (tmp_path / "linkgazette.toml").write_text("[crawl]\ndelay = 2\n[list]\nentry_days = 60\n")
    config = load_config(tmp_path)
    assert config.crawl.delay_s == 2.0
    assert config.listing.entry_days == 60


def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path):
    (tmp_path / "linkgazette.toml").write_text("[crawl\n")
    with pytest.raises(ConfigError, match=r"^linkgazette\.toml: .*line 1"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # unknown
        ("[crawl]\ndelya = 1", "line 2: [crawl] delya is not an option; did you mean delay?"),
        ("[crawl]\ndelay_s = 1", "line 2: [crawl] delay_s is not an option; did you mean delay?"),
        ("[crwal]\ndelay = 1", "line 1: [crwal] is not a section; did you mean crawl?"),
        ("[qqq]\nzzz = 1", "line 1: [qqq] is not a section; known are crawl, list, site, policy, release"),
        ("[policy]\nqqq = 1", "line 2: [policy] qqq is not an option; known are path"),
        ("crawl = 3", "line 1: crawl is a section; write [crawl] above its options"),
        # of a wrong type
        ('[crawl]\ndelay = "1"', "line 2: [crawl] delay must be a number"),
        ("[crawl]\nconcurrency = 1.5", "line 2: [crawl] concurrency must be a whole number"),
        ("[crawl]\nconcurrency = true", "line 2: [crawl] concurrency must be a whole number"),
        ("[crawl]\ndelay = false", "line 2: [crawl] delay must be a number"),
        ("[crawl]\nrobots = 1", "line 2: [crawl] robots must be true or false"),
        ("[site]\ntitle = 1", "line 2: [site] title must be a text in quotes"),
        ('[site]\nlanguages = "en"', "line 2: [site] languages must be a list of texts"),
        ("[site]\nlanguages = [1]", "line 2: [site] languages must be a list of texts"),
        # out of range
        ("[crawl]\n\n\ndelay = -1", "line 4: [crawl] delay must be at least 0 s"),
        ("[crawl]\ndelay = nan", "line 2: [crawl] delay must be at least 0 s"),
        ("[crawl]\ndelay = inf", "line 2: [crawl] delay must be at most 3600 s"),
        ("[crawl]\nretry_max = inf", "line 2: [crawl] retry_max must be at most"),
        ("[crawl]\nconcurrency = 0", "line 2: [crawl] concurrency must be at least 1 pages"),
        ("[list]\nbrake_share = 1.5", "line 2: [list] brake_share must be at most 1 share"),
        # not what it names
        ('[crawl]\nresolve = "8099"', 'line 2: [crawl] resolve must be "address:port"'),
        ('[crawl]\nresolve = "127.0.0.1:0"', 'line 2: [crawl] resolve must be "address:port"'),
        ('[crawl]\nresolve = "127.0.0.1:99999"', 'line 2: [crawl] resolve must be "address:port"'),
        ('[crawl]\nresolve = "127.0.0.1:٣"', 'line 2: [crawl] resolve must be "address:port"'),
        ('[crawl]\nresolve = "localhost:80"', "line 2: [crawl] resolve must be an address, not a name"),
        ('[crawl]\nresolve = "10.0.0.1:80"', "line 2: [crawl] resolve must be a loopback address"),
        ('[crawl]\nresolve = "[::ffff:10.0.0.1]:80"', "line 2: [crawl] resolve must be a loopback address"),
        (
            '[crawl]\nvantages = ["inapp"]',
            "line 2: [crawl] vantages: 'inapp' is no vantage; did you mean in-app?",
        ),
        ('[crawl]\nvantages = ["declared"]', "line 2: [crawl] vantages: 'declared' is no vantage"),
        ('[crawl]\nplatform_origin = "chat"', "line 2: [crawl] platform_origin must be an origin such as"),
        ('[crawl]\nplatform_agent = "a\\nb"', "line 2: [crawl] platform_agent must be printable ASCII"),
        ('[crawl]\nuser_agent = "a\\r\\nb"', "line 2: [crawl] user_agent must be printable ASCII"),
        ('[site]\nlanguages = ["en", "tlh"]', "line 2: [site] languages: 'tlh' has no catalogue"),
        ("[site]\nlanguages = []", "line 2: [site] languages must name at least one language"),
        ('[site]\nlanguages = ["en", "en"]', "line 2: [site] languages must name at least one language"),
        ('[site]\nbase_url = "gazette.example"', "line 2: [site] base_url must be an absolute http(s) URL"),
        ('[site]\nbase_url = "http://[x/"', "line 2: [site] base_url must be an absolute http(s) URL"),
        ('[site]\nbase_url = "javascript:alert(1)"', "line 2: [site] base_url must be an absolute http(s)"),
        ('[site]\nbase_url = "https://a.example/?q"', "line 2: [site] base_url must have no query"),
        ('[site]\ncontact = "nobody"', "line 2: [site] contact must be an e-mail address or a URL"),
        ('[policy]\npath = "nowhere"', "line 2: [policy] path: nowhere does not exist; mend the path"),
        ('[list]\nguard_files = ["no.toml"]', "line 2: [list] guard_files: no.toml does not exist"),
        ('[list]\ntop_sites = "no.txt"', "line 2: [list] top_sites: no.txt does not exist"),
        # contradictory
        (
            "[crawl]\nretry_base = 10\nretry_max = 5",
            "line 2: [crawl] retry_base (10) must not be longer than retry_max (5)",
        ),
        ("[crawl]\nretry_max = 5", "line 2: [crawl] retry_base (300) must not be longer than retry_max (5)"),
        ("[crawl]\nlease = 10", "line 2: [crawl] lease (10) must be longer than timeout (15)"),
        ("[crawl]\ntimeout = 400", "line 2: [crawl] lease (300) must be longer than timeout (400)"),
        (
            "[crawl]\nconcurrency_per_host = 4\nconcurrency = 2",
            "line 2: [crawl] concurrency_per_host (4) must not be more than concurrency (2)",
        ),
        (
            "[list]\nentry_days = 7",
            "line 2: [list] unreachable_days (14) must not be more than entry_days (7)",
        ),
        ("[crawl]\nrecheck = 2592000", "line 2: [crawl] recheck must be shorter than [list] entry_days"),
        (
            '[list]\ncanaries_good = ["a.example"]\ncanaries_listed = ["a.example/"]',
            "line 2: [list] a.example is in canaries_good and in canaries_listed",
        ),
        ('[list]\ncanaries_listed = [""]', "line 2: [list] canaries_listed: '' is not an expression"),
        ('[list]\ntop_sites = "."', "line 2: [list] top_sites must be a file, and . is none; mend the path"),
        (
            '[list]\nguard_files = [""]',
            "line 2: [list] guard_files must be a file, and an empty path is",
        ),
        (
            '[site]\ncontact = "us at a@b.example"',
            "line 2: [site] contact must be an e-mail address or a URL",
        ),
        ('[site]\ncontact = "a@b.example\\r\\nX: y"', "line 2: [site] contact must be an e-mail address"),
        ('[site]\ncontact = "https://bob:pw@b.example/"', "line 2: [site] contact must be an e-mail address"),
        ('[list]\ncanaries_good = ["a b"]', "line 2: [list] canaries_good: 'a b' is not a host name"),
        ('[list]\ncanaries_listed = ["a b/"]', "line 2: [list] canaries_listed: 'a b/' is not an expression"),
    ],
)
def test_what_cannot_be_used_is_refused_with_line_and_cure(text, said):
    with pytest.raises(ConfigError) as caught:
        parse_config(text, HERE)
    assert str(caught.value).startswith("linkgazette.toml " + said)


@pytest.mark.parametrize("address", ["127.0.0.1:8099", "127.9.9.9:1", "[::1]:65535"])
def test_resolve_takes_a_loopback_address_and_port(address):
    assert parse_config(f'[crawl]\nresolve = "{address}"', HERE).crawl.resolve == address


@pytest.mark.parametrize(
    ("site", "agent"),
    [
        ("", "Linkgazette/0.1.0"),
        ('contact = "abuse@gazette.example"', "Linkgazette/0.1.0 (+abuse@gazette.example)"),
        ('contact = "投诉@gazette.example"', "Linkgazette/0.1.0"),  # what no HTTP header can say
        ('base_url = "https://gazette.example"', "Linkgazette/0.1.0 (+https://gazette.example/about/)"),
    ],
)
def test_the_crawler_names_itself_and_whom_to_ask(site, agent):
    assert parse_config(f"[site]\n{site}", HERE).crawl.user_agent == agent


def test_canaries_are_kept_as_the_list_spells_them():
    text = '[list]\ncanaries_good = ["Good.EXAMPLE"]\ncanaries_listed = ["例子.example", "Bad.example/%41"]'
    listing = parse_config(text, HERE).listing
    assert listing.canaries_good == ("good.example",)
    assert listing.canaries_listed == ("xn--fsqu00a.example/", "bad.example/A")


def test_a_given_user_agent_is_left_alone():
    config = parse_config('[crawl]\nuser_agent = "Test/1"\n[site]\ncontact = "a@b.example"', HERE)
    assert config.crawl.user_agent == "Test/1"


def test_the_base_url_names_a_folder():
    assert (
        parse_config('[site]\nbase_url = "https://a.example/x"', HERE).site.base_url == "https://a.example/x/"
    )


def test_paths_are_those_of_the_workspace(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "guards.toml").touch()
    text = '[policy]\npath = "mine"\n[list]\nguard_files = ["guards.toml"]\ntop_sites = "guards.toml"'
    config = parse_config(text, tmp_path)
    assert config.policy.path == str(tmp_path / "mine")
    assert config.listing.guard_files == (str(tmp_path / "guards.toml"),)
    assert config.listing.top_sites == str(tmp_path / "guards.toml")


def test_every_option_is_in_the_table_with_help_and_quantities_with_a_unit():
    table = list(options())
    declared = sum(len(dataclasses.fields(kind)) for _, kind in SECTIONS.values())
    assert len(table) == declared
    for row in table:
        assert row.help.endswith(".")
        if row.default.replace("_", "").replace(".", "").isdigit():
            assert row.unit, f"[{row.section}] {row.key} is a number without a unit"


def test_the_table_is_true_each_default_may_be_written_out():
    text = ""
    section = ""
    for row in options():
        if row.section != section:
            section = row.section
            text += f"[{section}]\n"
        if row.default:
            text += f"{row.key} = {row.default}\n"
    assert parse_config(text, HERE) == parse_config("", HERE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", True),
        ('[crawl]\nuser_agent = "Test/1"', True),
        ('[site]\ncontact = "投诉@gazette.example"', True),  # no header can say it
        ('[crawl]\nuser_agent = "Test/1 (abuse@gazette.example)"', False),
        ('[site]\ncontact = "abuse@gazette.example"', False),
        ('[site]\nbase_url = "https://gazette.example/"', False),
        ('[crawl]\nresolve = "127.0.0.1:8099"', False),
    ],
)
def test_a_crawler_that_names_nobody_to_ask_is_noticed(text, said):
    assert bool(parse_config(text, HERE).notices()) is said


@pytest.mark.parametrize(
    ("site", "why"),
    [
        ('base_url = "https://bob:hunter2@gazette.example/"', "URL carries a user name or password"),
        ('appeal_url = "https://hunter2@gazette.example/"', "URL carries a user name or password"),
        ('base_url = "https://gazette.example/a b"', "it holds blanks"),
    ],
)
def test_an_address_that_may_not_be_published_is_refused_with_the_reason(site, why):
    with pytest.raises(ConfigError, match=rf"must be an absolute http\(s\) URL.*{why}") as caught:
        parse_config(f"[site]\n{site}", HERE)
    assert "hunter2" not in str(caught.value)


def test_a_policy_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "policy.toml").touch()
    with pytest.raises(ConfigError, match=r"line 2: \[policy\] path must be a folder"):
        parse_config('[policy]\npath = "policy.toml"', tmp_path)
