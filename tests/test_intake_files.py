"""Each shape of file to shares and problems; people come out as pseudonyms and masked names only."""

import io
import tracemalloc
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.errors import InputError
from blocklist.intake import read_rows
from blocklist.intake.source import MAX_LINE
from blocklist.model import Surface
from blocklist.privacy import Pseudonymiser
from blocklist.store import codec

PEOPLE = Pseudonymiser(b"k" * 32)


def shares_of(text, name="shares.jsonl"):
    data = text if isinstance(text, bytes) else text.encode()
    rows = list(read_rows(io.BytesIO(data), name, PEOPLE))
    return [share_of(ready) for row in rows for ready in row.shares], [
        str(problem) for row in rows for problem in row.problems
    ]


def share_of(ready):
    url, _, _, said, preview, _ = ready
    return replace(codec.share_of(url, said), preview=preview)


# --- JSON Lines ---------------------------------------------------------------------------------------

FULL = (
    '{"url": "https://Shop.example/x#a", "surface": "group", "account": "u77", "account_name": "Hardman", '
    '"group": 5, "group_name": "Hardman meeting room", "reporter": "u2", '
    '"shared_at": "2026-05-04T12:00:00+02:00", "forwarded": true}'
)


def test_a_full_row_is_a_share_without_raw_ids_or_names():
    (share,), problems = shares_of(FULL)
    assert not problems
    assert share.url == "https://shop.example/x#a"
    assert share.surface is Surface.GROUP
    assert share.account == PEOPLE.account("u77")
    assert share.group == PEOPLE.group("5")
    assert share.reporter == PEOPLE.reporter("u2")
    assert (share.account_name, share.group_name) == ("Ha****", "Har****")
    assert share.shared_at == datetime(2026, 5, 4, 10, tzinfo=UTC)
    assert share.forwarded is True
    for secret in ("u77", "u2", "Hardman", "meeting"):
        assert secret not in repr(share)


def test_a_bare_url_says_nothing_more_than_it_knows():
    (share,), _ = shares_of('{"url": "http://shop.example"}')
    assert share.surface is Surface.OTHER
    assert (share.account, share.group, share.reporter, share.shared_at) == (None, None, None, None)
    assert (share.account_name, share.group_name, share.forwarded) == ("", "", False)


def test_what_the_card_of_a_link_showed_is_kept_without_contacts():
    card = '"preview_title": " Garden  notes ", "preview_description": "write to anna@mail.example"'
    (share,), _ = shares_of(f'{{"url": "http://shop.example", {card}}}')
    assert share.preview == "Garden notes write to ****"
    (cut,), _ = shares_of(f'{{"url": "http://shop.example", "preview_title": "{"long " * 500}"}}')
    assert len(cut.preview) == 300
    both, _ = shares_of(f'{{"text": "http://a.example http://b.example", {card}}}')
    assert [each.preview for each in both] == ["", ""]  # nobody says whose it is


def test_a_group_without_a_surface_is_a_group_share():
    (share,), _ = shares_of('{"url": "http://shop.example", "group": "g"}')
    assert share.surface is Surface.GROUP


def test_a_text_may_hold_several_urls_and_each_is_a_share():
    shares, problems = shares_of(
        '{"text": "看https://a.example/x和https://b.example/y。https://a.example/x", "account": "u"}'
    )
    assert [share.url for share in shares] == ["https://a.example/x", "https://b.example/y"]
    assert {share.account for share in shares} == {PEOPLE.account("u")}
    assert not problems


def test_url_and_text_of_one_row_are_both_taken():
    shares, _ = shares_of('{"url": "https://a.example/", "text": "https://a.example/ https://b.example/"}')
    assert [share.url for share in shares] == ["https://a.example/", "https://b.example/"]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("{}", '"url" is missing; expected a string'),
        ('{"url": ""}', '"url" is empty; expected a string'),
        ('{"url": null}', '"url" is empty; expected a string'),
        ('{"url": 5}', '"url" is a number; expected a string'),
        ('{"url": ["http://a.example"]}', '"url" is a list; expected a string'),
        ('{"text": ""}', '"text" is empty; expected a message holding a URL'),
        ('{"text": "hello"}', "no http(s) URL found in the text"),
        ('{"url": "shop.example"}', "not a URL: it does not begin with http:// or https://"),
        ('{"url": "javascript:alert(1)"}', 'scheme "javascript" is not http or https'),
        ('{"url": "file:///etc/passwd"}', 'scheme "file" is not http or https'),
        (
            '{"url": "https://u:hunter2@a.example/"}',
            "URL carries a user name or password before the host; remove it",
        ),
        (
            '{"url": "http://a.example", "account": true}',
            '"account" is a boolean; expected a string or a whole number',
        ),
        (
            '{"url": "http://a.example", "account": 1.5}',
            '"account" is a number; expected a string or a whole number',
        ),
        ('{"url": "http://a.example", "account_name": 5}', '"account_name" is a number; expected a string'),
        (
            '{"url": "http://a.example", "surface": "moon"}',
            '"surface" is none of the known ones; expected one of timeline, group, direct, account, other',
        ),
        (
            '{"url": "http://a.example", "shared_at": "soon"}',
            '"shared_at" is not a time; expected RFC 3339, such as 2026-05-04T10:00:00Z',
        ),
        (
            '{"url": "http://a.example", "forwarded": "maybe"}',
            '"forwarded" is a string that says neither; expected true or false',
        ),
        ("[1]", 'not a JSON object; expected {"url": …}'),
        ('"http://a.example"', 'not a JSON object; expected {"url": …}'),
    ],
)
def test_a_bad_row_names_its_place_and_the_rest_is_kept(row, error):
    shares, problems = shares_of(
        f'{{"url": "https://before.example/"}}\n\n{row}\n{{"url": "https://after.example/"}}'
    )
    assert [share.url for share in shares] == ["https://before.example/", "https://after.example/"]
    assert problems == [f"shares.jsonl line 3: {error}"]


@pytest.mark.parametrize(
    "row", ["{", "nonsense", '{"url": "http://a.example"', "{'url': 1}", '{"url": "\\ud800"}', "NaN"]
)
def test_broken_json_says_where_in_the_line(row):
    shares, (problem,) = shares_of(f"{row}\n{FULL}")
    assert len(shares) == 1
    assert "line 1: not JSON (" in problem or "not a JSON object" in problem
    assert "a.example" not in problem


def test_a_url_of_100_kb_is_refused_with_its_length():
    shares, (problem,) = shares_of(f'{{"url": "https://a.example/{"a" * 102_382}"}}\n{FULL}')
    assert problem == "shares.jsonl line 1: URL of 102400 characters; the longest taken is 8192"
    assert len(shares) == 1


def test_an_endless_line_is_skipped_and_the_next_is_read():
    shares, problems = shares_of(f'{{"url": "{"a" * (3 * MAX_LINE)}"}}\n{FULL}')
    assert problems == [f"shares.jsonl line 1: line of more than {MAX_LINE} characters"]
    assert len(shares) == 1


def test_a_line_that_is_not_utf8_is_reported_and_the_rest_is_kept():
    shares, problems = shares_of(
        f"{FULL}\n".encode()
        + b'{"url": "http://a.example/\xff\xfe"}\n'
        + '{"text": "看http://b.example"}'.encode()
    )
    assert problems == ["shares.jsonl line 2: not UTF-8 text; save the file as UTF-8"]
    assert len(shares) == 2


@pytest.mark.parametrize(
    ("given_time", "moment"),
    [
        ('"2026-05-04T10:00:00Z"', datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ('"2026-05-04T10:00:00"', datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ('"2026-05-04 10:00:00.5+08:00"', datetime(2026, 5, 4, 2, 0, 0, 500_000, tzinfo=UTC)),
        ('"2026-05-04"', datetime(2026, 5, 4, tzinfo=UTC)),
        ('"20260504"', datetime(2026, 5, 4, tzinfo=UTC)),
        ("1777888800", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("1777888800.5", datetime(2026, 5, 4, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("1777888800000", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ('"1777888800"', datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("null", None),
        ('""', None),
    ],
)
def test_times_are_rfc_3339_or_unix_and_become_utc(given_time, moment):
    (share,), _ = shares_of(f'{{"url": "http://a.example", "shared_at": {given_time}}}')
    assert share.shared_at == moment


@pytest.mark.parametrize(
    "given_time", ["1e30", "-1e30", '"9999-99-99"', "true", "[]", '"0001-01-01T00:00:00+14:00"']
)
def test_impossible_times_are_a_problem_of_the_row(given_time):
    shares, (problem,) = shares_of(f'{{"url": "http://a.example", "shared_at": {given_time}}}')
    assert not shares
    assert "shared_at" in problem


def test_defanged_urls_are_taken():
    (share,), _ = shares_of('{"url": "hxxps://shop[.]example/x"}')
    assert share.url == "https://shop.example/x"


# --- tables -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "url,account\nhttps://a.example/x,u1\n",
        "\ufeffurl,account\r\nhttps://a.example/x,u1\r\n",
        'sep=;\nurl;account\n"https://a.example/x";u1\n',
        "account\tURL\nu1\thttps://a.example/x",
        "Account|Link|other\nu1|https://a.example/x|y",
        "账号,链接,account\nx,https://a.example/x,u1",
        'account,text\nu1,"看 https://a.example/x,\n谢谢"\n',
    ],
)
def test_tables_of_several_dialects_say_the_same(text):
    (share,), problems = shares_of(text, "shares.csv")
    assert not problems
    assert share.url == "https://a.example/x"
    assert share.account == PEOPLE.account("u1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_tables_from_spreadsheets_come_in_several_encodings(encoding):
    (share,), problems = shares_of(
        "url,account_name\nhttps://a.example/x,王小明的店\n".encode(encoding), "shares.csv"
    )
    assert not problems
    assert share.account_name == "王****"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "a,b\n1,2\n",
            'shares.csv line 1: no "url" or "text" column in the header; found a, b; name one of them',
        ),
        (
            "https://a.example/?token=hunter2,1\n",
            'shares.csv line 1: no "url" or "text" column in the header; found 1; name one of them',
        ),
        ("", 'shares.csv: is empty; expected a header line with a "url" or "text" column'),
        ("\n\n", 'shares.csv: is empty; expected a header line with a "url" or "text" column'),
    ],
)
def test_a_table_without_a_url_column_cannot_be_used(text, error):
    with pytest.raises(InputError) as caught:
        shares_of(text, "shares.csv")
    assert str(caught.value) == error


def test_rows_of_a_table_are_refused_one_by_one_with_their_lines():
    text = 'url,account_name\nhttps://a.example/,"two\nlines"\njavascript:1,x\n,\n,x\nhttps://b.example/?a=1,2,x\nhttps://c.example/,x\n'
    shares, problems = shares_of(text, "shares.csv")
    assert [share.url for share in shares] == ["https://a.example/", "https://c.example/"]
    assert problems == [
        'shares.csv line 4: scheme "javascript" is not http or https',
        'shares.csv line 6: "url" is empty; expected a string',
        'shares.csv line 7: 3 fields under 2 names; quote a field that holds ","',
    ]


def test_a_table_of_one_column_needs_no_quotes():
    (share,), _ = shares_of("url\nhttps://a.example/?a=1,2\n", "shares.csv")
    assert share.url == "https://a.example/?a=1,2"


def test_a_quote_left_open_does_not_swallow_the_file():
    rows = "".join(f"https://a.example/{n},x\n" for n in range(20_000))
    shares, problems = shares_of(f'url,account\n"https://b.example/,x\n{rows}', "shares.csv")
    assert "is a quote left open?" in problems[0]
    assert len(shares) > 10_000


# --- plain text ---------------------------------------------------------------------------------------


def test_text_is_one_url_a_line_or_messages():
    text = (
        "# a comment\nhttps://a.example/x\n\n  https://b.example/y  \n看https://c.example/z谢谢 d.example/w\n"
        "https://e.example/商品/1\njavascript:alert(1)\nhello\nftp://f.example/\n"
    )
    shares, problems = shares_of(text, "shares.txt")
    assert [share.url for share in shares] == [
        "https://a.example/x",
        "https://b.example/y",
        "https://c.example/z",
        "http://d.example/w",
        "https://e.example/%E5%95%86%E5%93%81/1",
    ]
    assert problems == [
        'shares.txt line 7: scheme "javascript" is not http or https',
        "shares.txt line 8: no http(s) URL found in the text",
        'shares.txt line 9: scheme "ftp" is not http or https',
    ]


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        (
            "[31/12/2025, 23:59:58] Hardman: https://a.example/x",
            datetime(2025, 12, 31, 23, 59, 58, tzinfo=UTC),
        ),
        (
            "\u200e[12/31/25, 11:59:58\u202fPM] Hardman: https://a.example/x",
            datetime(2025, 12, 31, 23, 59, 58, tzinfo=UTC),
        ),
        ("31.12.25, 23:59 - Hardman: https://a.example/x", datetime(2025, 12, 31, 23, 59, tzinfo=UTC)),
        ("2025/12/31, 23:59 - Hardman: https://a.example/x", datetime(2025, 12, 31, 23, 59, tzinfo=UTC)),
        ("2025年12月31日 23:59 - Hardman: https://a.example/x", datetime(2025, 12, 31, 23, 59, tzinfo=UTC)),
        (
            "[2025/12/31 下午11:59:58] Hardman: https://a.example/x",
            datetime(2025, 12, 31, 23, 59, 58, tzinfo=UTC),
        ),
        ("[05/04/2026, 10:00:00] Hardman: https://a.example/x", None),  # May or April
        (
            "[31/12/2025, 23:59:58] ~ Hardman: https://a.example/x",
            datetime(2025, 12, 31, 23, 59, 58, tzinfo=UTC),
        ),
        ("[31/02/2025, 23:59:58] Hardman: https://a.example/x", None),
    ],
)
def test_chat_exports_name_sender_and_time(line, moment):
    (share,), problems = shares_of(line, "_chat.txt")
    assert not problems
    assert share.account == PEOPLE.account("Hardman")
    assert share.account_name == "Ha****"
    assert share.shared_at == moment


def test_a_chat_goes_on_over_lines_and_silence_is_no_problem():
    text = (
        "31.12.25, 23:58 - Messages are end-to-end encrypted.\n"
        "31.12.25, 23:59 - Hardman: look\nhttps://a.example/x\nand https://b.example/y\n"
        "31.12.25, 23:59 - Bobby Tables: nice\n"
        "31.12.25, 23:59 - Bobby left, see https://c.example/\n"
    )
    rows = list(read_rows(io.BytesIO(text.encode()), "chat.txt", PEOPLE))
    assert sum(row.begins for row in rows) == 4
    assert not any(row.problems for row in rows)
    people = {share_of(ready).url: share_of(ready).account for row in rows for ready in row.shares}
    hardman = PEOPLE.account("Hardman")
    assert people == {
        "https://a.example/x": hardman,
        "https://b.example/y": hardman,
        "https://c.example/": None,
    }


# --- documents ----------------------------------------------------------------------------------------

CHAT = """{"name": "Hardman meeting room", "type": "private_supergroup", "id": 77, "messages": [
 {"id": 1, "type": "message", "date": "2026-05-04T12:00:00", "date_unixtime": "1777888800", "from": "Hardman",
  "from_id": "user5", "forwarded_from": "Somebody",
  "text": ["see ", {"type": "text_link", "text": "here", "href": "https://a.example/x"},
           " or ", {"type": "link", "text": "b.example/y"}]},
 {"id": 2, "type": "message", "from": null, "from_id": "user6", "text": "nothing",
  "inline_bot_buttons": [[{"type": "url", "text": "buy", "data": "https://c.example/z"}]]},
 {"id": 3, "type": "service", "actor_id": "user7", "text": ""},
 {"id": 4, "text": "https://u:p@d.example/", "from_id": 9},
 5
]}"""


def test_telegram_exports_are_read_with_links_behind_words_and_buttons():
    shares, problems = shares_of(CHAT, "result.json")
    assert [share.url for share in shares] == [
        "http://b.example/y",
        "https://a.example/x",
        "https://c.example/z",
    ]
    first = shares[0]
    assert first.account == PEOPLE.account("user5")
    assert (first.account_name, first.group_name) == ("Ha****", "Har****")
    assert first.group == PEOPLE.group("77")
    assert first.surface is Surface.GROUP
    assert first.forwarded
    assert first.shared_at == datetime(2026, 5, 4, 10, tzinfo=UTC)
    assert problems == [
        "result.json line 4: URL carries a user name or password before the host; remove it",
        "result.json line 5: not a JSON object",
    ]


def test_an_export_of_an_account_keeps_its_chats_apart():
    text = (
        '{"about": "x", "chats": {"about": "y", "list": ['
        '{"name": "A", "type": "personal_chat", "id": 1, "messages": [{"from_id": "user1", "text": "https://a.example/"}]},'
        '{"name": "B", "type": "public_channel", "id": 2, "messages": [{"from_id": "channel2", "text": "https://b.example/"}]}]}}'
    )
    (one, other), problems = shares_of(text, "result.json")
    assert not problems
    assert (one.surface, one.group) == (Surface.DIRECT, None)
    assert (other.surface, other.group) == (Surface.GROUP, PEOPLE.group("2"))


def test_an_array_of_rows_is_read_too():
    shares, problems = shares_of(
        '[{"url": "https://a.example/"}, {"account": "u"}, {"text": "https://b.example/"}]', "shares.json"
    )
    assert [share.url for share in shares] == ["https://a.example/", "https://b.example/"]
    assert problems == ['shares.json line 2: "url" is missing; expected a string']


def test_json_lines_under_the_name_json_are_read_too():
    shares, problems = shares_of(f"{FULL}\n{FULL}\n", "shares.json")
    assert len(shares) == 2
    assert not problems


@pytest.mark.parametrize(
    "text", ["{", '{"a": 1}', "{}", "nonsense", '{"messages": 5}', '{"messages": []}', "[", ""]
)
def test_a_document_without_messages_cannot_be_used(text):
    with pytest.raises(InputError, match=r"result\.json"):
        shares_of(text, "result.json")


def test_a_document_that_breaks_off_keeps_what_came_before():
    shares, problems = shares_of(CHAT[: CHAT.index('{"id": 3')], "result.json")
    assert len(shares) == 3
    assert "result.json line 3: broken JSON after 2 messages" in problems[0]


# --- what is no text, and which reader ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x7fELF\x02\x01\x01" + bytes(100), "binary file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "binary file"),
        (b"\x1f\x8b\x08abc", "zcat"),
        (b"PK\x03\x04abc", "save the table as CSV"),
        (b"%PDF-1.7", "PDF"),
        (b"\x28\xb5\x2f\xfdabc", "zstdcat"),
        ("https://a.example/".encode("utf-16-le"), "binary file"),
        (bytes(range(1, 32)) * 10, "binary file"),
    ],
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.txt", "a.json", "-"])
def test_what_is_no_text_cannot_be_used(name, data, reason):
    with pytest.raises(InputError, match=reason):
        shares_of(data, name)


def test_files_that_cannot_be_opened_say_why(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        list(read_rows(tmp_path / "absent.txt", "absent.txt", PEOPLE))
    with pytest.raises(InputError, match="is a folder"):
        list(read_rows(tmp_path, "folder", PEOPLE))


@pytest.mark.parametrize("name", ["-", "messages", "messages.log"])
def test_a_stream_is_told_by_its_first_character(name):
    assert len(shares_of(f"\n {FULL}\n", name)[0]) == 1
    assert len(shares_of("https://a.example/\n", name)[0]) == 1


def test_an_empty_file_holds_nothing():
    for name in ("a.jsonl", "a.txt", "-"):
        assert shares_of("", name) == ([], [])


def test_a_stream_that_was_passed_in_stays_open():
    stream = io.BytesIO(b"https://a.example/\n")
    list(read_rows(stream, "-", PEOPLE))
    assert not stream.closed


@pytest.mark.long
def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "big.jsonl"
    with path.open("w") as file:
        for number in range(60_000):
            file.write(
                f'{{"url": "https://a.example/{number}", "account": "u{number % 100}"}}\n'
                if number % 3
                else "broken\n"
            )
    tracemalloc.start()
    for _ in read_rows(path, "big.jsonl", PEOPLE):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 2_000_000
    assert peak < 1_500_000


_NAMES = st.sampled_from(["a.jsonl", "a.csv", "a.txt", "a.json", "-"])


@given(_NAMES, st.binary(max_size=400))
def test_random_bytes_are_shares_or_problems_or_refused(name, data):
    with suppress(InputError):
        shares_of(data, name)


_TOKENS = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        '"',
        ":",
        ",",
        "url",
        "text",
        "messages",
        '"messages":',
        "http://a.example",
        "\n",
        "\\",
        "1",
        "null",
        "chats",
        "list",
        '{"url":',
        "31.12.25, 23:59 - A: ",
        "\ufeff",
        "谢",
        ";",
        "\t",
        "item",
    ]
)


@given(_NAMES, st.lists(_TOKENS, max_size=40).map("".join))
def test_tricky_text_is_shares_or_problems_or_refused(name, text):
    with suppress(InputError):
        shares_of(text, name)


# --- what was lost without a word ---------------------------------------------------------------------


def test_what_a_flood_of_addresses_loses_is_said():
    urls = " ".join(f"https://shop.example/{n}" for n in range(1007))
    for name, text in (
        ("a.jsonl", orjson.dumps({"text": urls}).decode()),
        ("a.csv", f"text\n{urls}"),
        ("a.txt", urls),
        ("a.json", orjson.dumps({"messages": [{"text": urls}]}).decode()),
    ):
        shares, problems = shares_of(text, name)
        assert len(shares) == 1000
        (problem,) = problems
        assert problem.endswith("holds more than 1000 URLs; 7 not taken")


@pytest.mark.parametrize(
    ("odd", "said"),
    [({"date": "yesterday"}, '"shared_at" is not a time'), ({"from_id": "x" * 2000}, '"account" has 2000')],
)
def test_one_odd_telegram_message_does_not_stop_the_others(odd, said):
    good = {"text": "https://a.example/"}
    document = {"messages": [good, {**good, **odd}, {"text": "https://b.example/"}]}
    shares, (problem,) = shares_of(orjson.dumps(document), "result.json")
    assert [share.url for share in shares] == ["https://a.example/", "https://b.example/"]
    assert problem.startswith("result.json line 2: ")
    assert said in problem


@pytest.mark.parametrize(
    ("text", "kept", "said"),
    [
        (
            'url,account\n"http://a.example/q1,x\nhttp://a.example/q2,"y"\nhttp://a.example/q3,z\n',
            ["http://a.example/q3"],
            ["line 2: not CSV", "lines 2 to 3 are not taken"],
        ),
        (
            'url,account\n"http://a.example/q1,x\nhttp://a.example/q2",y\nhttp://a.example/q3,z\n',
            ["http://a.example/q3"],
            ["line 2: the url runs over lines; is a quote left open?; lines 2 to 3 are not taken"],
        ),
        ('url\n"http://a.example/q1\n', [], ["line 2: not CSV", "is a quote left open?"]),
    ],
)
def test_an_open_quote_makes_no_url_of_two_rows(text, kept, said):
    shares, (problem,) = shares_of(text, "a.csv")
    assert [share.url for share in shares] == kept
    for words in said:
        assert words in problem


@pytest.mark.parametrize("header", ["url,url", "url,Link", "account,text,message"])
def test_two_columns_of_one_meaning_are_refused(header):
    with pytest.raises(InputError, match=r"a\.csv line 1: two columns mean \"(url|text)\"; rename one"):
        shares_of(f"{header}\n", "a.csv")


def test_json_rows_take_the_names_that_tables_take():
    row = {"Link": "https://a.example/", "Account": "u1", "Group Name": "Hardman", "id": 7}
    (share,), problems = shares_of(orjson.dumps(row))
    assert not problems
    assert share.account == PEOPLE.account("u1")
    assert share.group_name == "Ha****"


def test_our_own_names_go_before_others_and_what_else_a_row_holds_is_let_be():
    row = {"url": "https://a.example/", "link": "https://b.example/", "message": {"id": 5}}
    (share,), problems = shares_of(orjson.dumps(row))
    assert (share.url, problems) == ("https://a.example/", [])


def test_two_other_words_for_one_field_are_a_contradiction():
    shares, (problem,) = shares_of('{"link": "https://a.example/", "URI": "https://b.example/"}')
    assert not shares
    assert problem == 'shares.jsonl line 1: "link" and "URI" both mean "url"; rename one of them'


def test_a_number_that_lost_its_digits_is_no_id():
    _, (problem,) = shares_of('{"url": "https://a.example/", "account": 123456789012345678901234567890}')
    assert problem.endswith('"account" is too large a number to be read exactly; write it in quotes')
