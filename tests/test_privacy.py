import threading
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blocklist.errors import ConfigError, InputError, TroubleError
from blocklist.model import ContactKind
from blocklist.privacy import Pseudonymiser, contacts, load_key, mask_contacts, mask_name

PEOPLE = Pseudonymiser(bytes(range(32)))


# --- pseudonyms ---------------------------------------------------------------------------------------


def test_the_pseudonym_format_is_pinned():
    # The store holds these for years: a change of format orphans every share.
    assert PEOPLE.account("u77") == "account:17b937267125e894cdc04c427d5941e2"
    assert PEOPLE.contact(ContactKind.WECHAT, "abc_123") == "948ca328fa49706d2f3e82559112dc99"


def test_the_same_id_is_the_same_pseudonym_and_blanks_do_not_count():
    assert PEOPLE.account("u77") == PEOPLE.account(" u77\n")
    assert PEOPLE.account("u77") != PEOPLE.account("U77")


def test_account_group_and_reporter_of_one_id_cannot_be_linked():
    tags = {made.partition(":")[2] for made in (PEOPLE.account("7"), PEOPLE.group("7"), PEOPLE.reporter("7"))}
    assert len(tags) == 3


def test_another_key_gives_other_pseudonyms():
    assert Pseudonymiser(b"x" * 32).account("u77") != PEOPLE.account("u77")


@pytest.mark.parametrize("raw", ["", "  ", "\n"])
def test_a_blank_id_is_nobody(raw):
    with pytest.raises(InputError, match="blank"):
        PEOPLE.account(raw)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (ContactKind.WECHAT, "ABC_123", " abc_123"),
        (ContactKind.TELEGRAM, "@Seller", "seller"),
        (ContactKind.PHONE, "+86 138-0013-8000", "13800138000"),
        (ContactKind.PHONE, "0086 13800138000", "138 0013 8000"),
        (ContactKind.WHATSAPP, "+1 (202) 555-0143", "12025550143"),
        (ContactKind.QQ, "QQ 12345678", "12345678"),
        (ContactKind.EMAIL, "Bob@Mail.example", "bob@mail.example"),
        (ContactKind.WECHAT, "\uff41bc123", "abc123"),
    ],
)
def test_one_handle_in_two_spellings_is_one_contact(kind, one, other):
    assert PEOPLE.contact(kind, one) == PEOPLE.contact(kind, other)


def test_one_handle_on_two_services_is_two_contacts():
    assert PEOPLE.contact(ContactKind.WECHAT, "abc") != PEOPLE.contact(ContactKind.QQ, "abc")


@given(st.text())
def test_any_text_can_be_an_id(raw):
    if raw.strip():
        assert raw not in PEOPLE.account(raw) or len(raw) <= 2


# --- the key ------------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_read_again(tmp_path):
    path = tmp_path / "pseudonym.key"
    made = load_key(path, create=True)
    assert len(made) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_key(path, create=True) == load_key(path, create=False) == made
    assert [file.name for file in tmp_path.iterdir()] == ["pseudonym.key"]


def test_processes_that_make_the_key_at_once_agree(tmp_path):
    keys = []
    threads = [
        threading.Thread(target=lambda: keys.append(load_key(tmp_path / "pseudonym.key", create=True)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1
    assert len(keys) == 8


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_that_others_may_read_is_refused_with_the_cure(tmp_path, mode):
    path = tmp_path / "pseudonym.key"
    load_key(path, create=True)
    path.chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        load_key(path, create=True)


def test_a_key_of_another_size_is_refused_and_kept(tmp_path):
    path = tmp_path / "pseudonym.key"
    path.write_bytes(b"short")
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="back-up"):
        load_key(path, create=True)
    assert path.read_bytes() == b"short"


def test_a_missing_key_is_not_made_unasked(tmp_path):
    with pytest.raises(ConfigError, match="no pseudonym key"):
        load_key(tmp_path / "pseudonym.key", create=False)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_trouble(tmp_path):
    with pytest.raises(TroubleError, match="cannot be made"):
        load_key(tmp_path / "absent" / "pseudonym.key", create=True)
    with pytest.raises(TroubleError, match="cannot be read"):
        load_key(tmp_path, create=True)


# --- names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Hardman meeting room", "Har****"),
        ("Hardman", "Ha****"),
        ("Alice", "A****"),
        ("Bob", "B****"),
        ("Al", "****"),
        ("X", "****"),
        ("张三丰", "张****"),
        ("张三", "****"),
        ("王小明的群聊", "王****"),
        ("王 Wang's group", "王****"),
        ("Wang 王的群聊", "Wan****"),
        ("J. R. Ewing", "J****"),
        ("O'Brien and sons", "O****"),
        ("Ивановна", "Ив****"),
        ("Émile Zola", "Émi****"),
        ("E\u0301mile Zola", "Émi****"),
        ("ひらがな", "ひ****"),
        ("김철수입니다", "김****"),
        ("\U0001f525Hardman meeting\U0001f525", "Har****"),
        ("\U0001f525\U0001f525\U0001f525\U0001f525\U0001f525 Bo", "****"),
        ("\U0001f525\U0001f525\U0001f525", "****"),
        ("\u202eHardman meeting", "Har****"),
        ("H\u200ba\u200br\u200bd\u200bman", "Ha****"),
        ("\uff28\uff41\uff52\uff44\uff4d\uff41\uff4e room", "Har****"),
        ("+1 202 555 0143", "****"),
        ("13800138000", "****"),
        ("12345 Bob", "Bob****"),
        ("...!!!", "****"),
        ("<b>Hardman</b>", "b****"),
        ("", ""),
        ("   ", ""),
        ("\u200b\u202e", ""),
    ],
)
def test_names_are_shown_by_one_rule(name, masked):
    assert mask_name(name) == masked


@given(st.text())
@example("\ufdfa")
@example("\U0001d407\U0001d41a\U0001d42b\U0001d41d")
@example("a\u0301\u0301\u0301\u0301\u0301\u0301")
@example("\u3131\u3131\u3131")
def test_never_more_than_a_third_of_a_name_is_shown(name):
    masked = mask_name(name)
    if not masked:
        return
    shown = masked.removesuffix("****")
    assert masked == f"{shown}****"
    assert len(shown) * 3 <= len(name)
    assert len(shown) <= 3
    assert all(unicodedata.category(char)[0] == "L" for char in shown)


# --- contacts in text ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail bob@mail.example now", "mail **** now"),
        ("bob [at] mail [dot] example", "****"),
        ("bob(at)mail.example", "****"),
        ("call +1 202-555-0143.", "call ****."),
        ("call (202) 555-0143", "call ****"),
        ("电话13800138000谢谢", "电话****谢谢"),
        ("138 0013 8000", "****"),
        ("WeChat: abc_123", "WeChat: ****"),
        ("wechat id\uff1aabc123", "wechat id\uff1a****"),
        ("加微信abc123", "加微信****"),
        ("微信号\uff1axyz-888", "微信号\uff1a****"),
        ("加V\uff1aseller88", "加V\uff1a****"),
        ("QQ 12345678", "QQ ****"),
        ("qq群\uff1a12345678", "qq群\uff1a****"),
        ("Telegram @seller_one", "Telegram @****"),
        ("follow @seller_one", "follow ****"),
        ("https://t.me/seller", "https://t.me/****"),
        ("wa.me/12025550143", "wa.me/****"),
        ("Signal: bob.12", "Signal: ****"),
        # What is evidence stays readable.
        ("on 2026-11-22 for $1,200,000.00", "on 2026-11-22 for $1,200,000.00"),
        ("500g for 1299.00 yuan, 30% off", "500g for 1299.00 yuan, 30% off"),
        ("line up for signal processing", "line up for signal processing"),
        ("we accept WeChat payments", "we accept WeChat payments"),
        ("", ""),
    ],
)
def test_contacts_in_text_are_masked_and_evidence_is_not(text, masked):
    assert mask_contacts(text) == masked


@given(st.text())
def test_masking_contacts_never_fails_and_is_stable(text):
    once = mask_contacts(text)
    assert mask_contacts(once) == once


@given(st.integers(10**9, 10**11 - 1), st.sampled_from(["", " ", "\uff1a", "(", "电话"]))
def test_no_long_number_survives(number, before):
    assert str(number) not in mask_contacts(f"{before}{number}")


_NAMES = (
    ("we chat", "WE\u0130X\u0130N", "v信", "微 信", "\u017fkype", "SIGNAL", "l\u0131ne", "\u212ai\u212a"),
    ("kakao", "whats app", "tg", "QQ", "扣扣", "加", "v", "t.me/", "M.ME/"),
)
_REST = (
    ("@", "\uff20", "(AT)", "[at]", "dot", ".", ":", "id", "是", " ", "ab_c9", "mail", "example"),
    ("1", "23", "4567", "\u0663", "2020-01-02", "-", "\ud800", "\n", "é"),
)
_LETTERS = (
    "wei",
    "xin",
    "snap",
    "chat",
    "app",
    "ig",
    "群",
    "\u0663\uff15",
    "1,234,567",
    "+",
    "(",
    "_",
    "a" * 64,
)
_FRAGMENTS = st.sampled_from([one for line in (*_NAMES, *_REST, _LETTERS) for one in line])


@settings(max_examples=500)
@given(st.lists(_FRAGMENTS, max_size=14).map("".join))
def test_contacts_tried_where_one_may_begin_are_those_tried_everywhere(text):
    assert mask_contacts(text) == contacts._CONTACTS.sub(contacts._masked, text)
