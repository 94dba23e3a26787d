"""When two ways to write a phone number mean the same phone, and what a caller is found by."""

from __future__ import annotations

import pytest

from orchestrator.ledger.caller_keys import (
    MOST_KEYS,
    conversation_key,
    digits_of,
    is_caller,
    keys_of,
    names_conversation,
    phone_key,
    same_number,
)

_NUMBER = "+44 20 7946 0958"
_WRITTEN = [
    "+44 20 7946 0958",
    "020 7946 0958",
    "tel:+44-20-7946-0958",
    "0044 (0)20 7946-0958",
    "442079460958",
]
_ROOM = "https://chat.example:8443/rooms/R-771?tab=Notes&case=C-5#Turn-9"


@pytest.mark.parametrize("written", _WRITTEN)
def test_codes_and_signs_do_not_matter(written: str) -> None:
    assert same_number(written, digits_of(_NUMBER))
    assert is_caller(written, digits_of(_NUMBER))
    assert phone_key(written) == phone_key(_NUMBER)
    assert phone_key(_NUMBER) in keys_of([written])


@pytest.mark.parametrize("written", ["+44 20 7946 0957", "0958", "", "+1 555 0958", "no number"])
def test_another_number_is_another_phone(written: str) -> None:
    assert not same_number(written, digits_of(_NUMBER))
    assert phone_key(_NUMBER) not in keys_of([written])


def test_the_id_of_a_case_is_not_taken_for_the_end_of_a_whole_number() -> None:
    link = "https://crm.example/cases/9460958"
    assert not is_caller(link, digits_of(_NUMBER))
    assert is_caller(link, "9460958")


@pytest.mark.parametrize("id", ["R-771", "r-771", "rooms", "Turn-9", "notes", _ROOM, _ROOM.upper()])
def test_each_part_of_a_link_that_names_a_conversation_is_a_key(id: str) -> None:
    assert names_conversation(_ROOM, id)
    assert conversation_key(id) in keys_of([_ROOM])


@pytest.mark.parametrize("id", ["R-77", "https", "chat.example", "C-5", "R-771?tab"])
def test_what_all_links_of_a_site_share_and_what_is_short_or_no_part_is_no_key(id: str) -> None:
    assert conversation_key(id) not in keys_of([_ROOM])


def test_a_link_that_is_the_id_itself_is_a_key_however_short() -> None:
    assert conversation_key("c-5") in keys_of(["C-5"])


def test_many_parts_take_no_place_from_other_links() -> None:
    endless = "/".join(f"part-{n}" for n in range(3 * MOST_KEYS))
    keys = keys_of([endless, "tel:+44-20-7946-0958", "room-771"])
    assert len(keys) == MOST_KEYS
    assert {phone_key(_NUMBER), conversation_key("room-771")} <= set(keys)


@pytest.mark.parametrize("link", ["", "a\x00b/c", "\ud800\ud801/x", "٠١٢٣٤٥٦٧٨٩", "://", "ß" * 2_000])
def test_no_text_is_too_odd_to_be_stored(link: str) -> None:
    for key in keys_of([link]):
        assert 0 <= key < 2**63


def test_a_key_is_the_same_in_every_process_and_every_release() -> None:
    stored = [2015021104, 3389830146]
    assert keys_of(["tel:+1-555-010-4242"]) == stored
