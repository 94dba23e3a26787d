from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.context.subjects import TYPE_WORDS
from orchestrator.domain.context.values import LONGEST, codes_of, date_of, in_words, instant_of, number_of
from tests.unit.domain.properties import PROPERTY

WORDS = {"grace_pd": "Grace Period", "paid": "Paid", "1": "One", "true": "On"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("grace_pd", ("Grace Period", "grace_pd", False)),
        ("grace_x", ("grace_x", "grace_x", True)),
        ("PAID", ("PAID", "PAID", True)),
        ("", ("", "", True)),
        (1, ("One", "1", False)),
        (True, ("On", "true", False)),
        (["paid", "grace_pd"], ("Paid, Grace Period", "paid, grace_pd", False)),
        (["paid", "other"], ("Paid, other", "paid, other", True)),
    ],
)
def test_a_code_is_said_in_words_and_an_unknown_one_passes_through_marked(value: Any, words: Any) -> None:
    assert in_words(value, "code", WORDS) == words


@pytest.mark.parametrize(
    ("type", "value", "text"),
    [
        ("text", "Acme", "Acme"),
        ("code", "paid", "paid"),
        ("number", 120.5, "120.5"),
        ("number", 1_000_000, "1000000"),
        ("number", 0.1 + 0.2, "0.3"),
        ("flag", True, "yes"),
        ("flag", False, "no"),
        ("list", ["a", 2, True], "a, 2, yes"),
        ("list", [], ""),
        ("date", "2026-03-02", "2026-03-02"),
        ("date", "2026-03-02T09:30:00Z", "2026-03-02 09:30 UTC"),
        ("instant", "2026-03-02T09:30:59+05:30", "2026-03-02 04:00 UTC"),
        ("instant", "2026-03-02T09:30:00", "2026-03-02 09:30 UTC"),
        ("instant", "yesterday, or so", "yesterday, or so"),
        ("instant", 1_767_000_000, "1767000000"),
    ],
)
def test_a_value_is_said_as_its_type_is(type: Any, value: Any, text: str) -> None:
    assert in_words(value, type, {}) == (text, None, False)


@pytest.mark.parametrize("type", TYPE_WORDS)
def test_a_long_value_is_cut(type: Any) -> None:
    text, code, _ = in_words("x" * 4_000, type, {"paid": "Paid"} if type == "code" else {})
    assert len(text) == LONGEST
    assert text.endswith("…")
    assert code is None or len(code) == LONGEST


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T09:30:00Z", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("2026-03-02T00:30:00+01:00", datetime(2026, 3, 1, 23, 30, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("2026-02-30", None),
        ("soon", None),
        (20260302, None),
        (None, None),
    ],
)
def test_an_instant_is_read_or_it_is_none(value: Any, at: datetime | None) -> None:
    assert instant_of(value) == at


def test_a_date_is_that_of_utc() -> None:
    assert date_of("2026-03-02T00:30:00+01:00") == date(2026, 3, 1)
    assert date_of("never") is None


@pytest.mark.parametrize(
    ("value", "number"), [(3, 3.0), (-0.5, -0.5), (True, None), ("3", None), (None, None)]
)
def test_only_a_number_is_a_number(value: Any, number: float | None) -> None:
    assert number_of(value) == number


SCALARS = st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False) | st.text()


@PROPERTY
@given(value=SCALARS | st.lists(SCALARS), type=st.sampled_from(TYPE_WORDS), has_words=st.booleans())
def test_whatever_a_source_sends_has_words_of_bounded_length(value: Any, type: Any, has_words: bool) -> None:
    text, code, is_unknown = in_words(value, type, WORDS if has_words else {})
    assert len(text) <= LONGEST
    assert (code is not None) == has_words
    assert is_unknown == (has_words and any(each not in WORDS for each in codes_of(value)))
