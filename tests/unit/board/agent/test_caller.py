"""When two ways to write a phone number mean the same phone."""

from __future__ import annotations

import pytest

from orchestrator.ledger.caller import digits_of, same_number


@pytest.mark.parametrize(
    "written",
    ["+44 20 7946 0958", "020 7946 0958", "tel:+44-20-7946-0958", "0044 (0)20 7946-0958", "442079460958"],
)
def test_codes_and_signs_do_not_matter(written: str) -> None:
    assert same_number(written, digits_of("+44 20 7946 0958"))


@pytest.mark.parametrize("written", ["+44 20 7946 0957", "0958", "", "+1 555 0958", "no number"])
def test_another_number_is_another_phone(written: str) -> None:
    assert not same_number(written, digits_of("+44 20 7946 0958"))
