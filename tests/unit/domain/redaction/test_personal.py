from __future__ import annotations

import pytest
from hypothesis import given

from orchestrator.domain.redaction import personal
from tests.unit.domain.properties import PROPERTY
from tests.unit.domain.redaction.samples import HARMLESS, PLAIN


@pytest.mark.parametrize(
    "address",
    ["ada@example.com", "ada.l+x@mail.example.co.uk", "müller@bücher.example", "o'neil@a-b.example"],
)
def test_an_address_is_removed(address: str) -> None:
    assert personal.clean(f"write to {address}, please") == ("write to [e-mail removed], please", ("e-mail",))


@pytest.mark.parametrize("text", ["@ada look", "a@b", "user@localhost", "3 @ 5 EUR", "@"])
def test_what_only_has_an_at_sign_is_no_address(text: str) -> None:
    assert personal.clean(text)[0] is text


@pytest.mark.parametrize(
    "number",
    [
        "+49 171 1234567",
        "+49 (0)171 1234567",
        "+4917112345678",
        "+1 (555) 234-5678",
        "0049 171 1234567",
        "(555) 234-5678",
        "555-234-5678",
        "555.234.5678",
        "1 555 234 5678",
        "030/1234567",
        "0171 1234567",
        "(030) 1234567",
        "0800-123-4567",
        "06 12 34 56 78",
        "020 7946 0958",
    ],
)
def test_a_phone_number_is_removed(number: str) -> None:
    assert personal.clean(f"reach him on {number}, thanks") == (
        "reach him on [phone removed], thanks",
        ("phone",),
    )


def test_a_number_after_a_word_for_phones_is_one() -> None:
    assert personal.clean("Phone: 5551234567")[0] == "Phone: [phone removed]"
    assert personal.clean("please call me at 1234567.")[0] == "please call me at [phone removed]."
    assert personal.clean("Telefonnummer 1234567")[0] == "Telefonnummer [phone removed]"


@pytest.mark.parametrize(
    "text",
    [
        *(text for text in HARMLESS if "@" not in text),
        "order 555-234-5678 and ticket no. 0171 1234567",
        "UTC+2 2026-03-02 and +01:00, +1234567.89 EUR",
        "5551234567 units, 12345678",
        "2026-03-02 09:00:00,123 10.0.0.1:8080",
    ],
)
def test_orders_dates_and_amounts_are_no_phone_numbers(text: str) -> None:
    assert personal.clean(text)[0] is text


@PROPERTY
@given(PLAIN)
def test_plain_words_come_back_as_the_same_object(text: str) -> None:
    assert personal.clean(text)[0] is text
