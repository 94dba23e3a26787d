from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.commands import Command, RequestHandoff
from orchestrator.domain.model import Reason, Sentiment, Turn
from orchestrator.domain.redaction.command import hide_personal, redact
from tests.builders import (
    a_completion,
    a_decline,
    a_large_request,
    a_pause,
    a_question,
    a_request,
    a_return,
    a_tick,
    an_accept,
    an_acknowledgement,
    an_answer,
    an_escalation,
)
from tests.unit.domain.properties import PROPERTY
from tests.unit.domain.redaction.samples import PLAIN, cards

CARD = "4111 1111 1111 1111"


def turns(*texts: str) -> tuple[Turn, ...]:
    return tuple(Turn(id=f"t{n}", speaker="customer", text=text) for n, text in enumerate(texts, 1))


@pytest.mark.parametrize(
    "command",
    [
        a_request(),
        *(a_large_request(n) for n in range(4)),
        an_escalation(),
        an_accept(),
        a_decline(),
        a_pause(),
        a_tick(),
        a_completion(note="Refunded by hand"),
        a_question(),
        an_answer(),
    ],
)
def test_a_command_without_secrets_is_the_very_same_object(command: Command) -> None:
    assert redact(command) == (command, ())
    assert redact(command)[0] is command


@pytest.mark.parametrize(
    ("over", "where"),
    [
        ({"reason": Reason(code="refund", text=f"Paid with {CARD}")}, "reason"),
        ({"summary": f"Paid with {CARD}"}, "summary"),
        ({"logs": f"09:00 pan={CARD}\n09:01 ok"}, "logs"),
        ({"turns": turns("Hello", f"It is {CARD}")}, "turns[t2]"),
        ({"done_so_far": ("Checked", f"Charged {CARD}")}, "done_so_far[1]"),
        ({"sentiment": Sentiment(score=0, label=f"calm {CARD}")}, "sentiment"),
    ],
)
def test_every_free_text_of_a_request_is_cleaned(over: dict[str, Any], where: str) -> None:
    cleaned, removed = redact(a_request(**over))
    assert removed == (f"{where}: card",)
    assert CARD not in cleaned.model_dump_json()
    assert "[card removed]" in cleaned.model_dump_json()


@pytest.mark.parametrize(
    ("reply", "where"),
    [
        (a_decline(reason=Reason(code="x", text=f"wrong card {CARD}")), "reason"),
        (a_return(reason=Reason(text=f"wrong card {CARD}")), "reason"),
        (a_completion(note=f"charged {CARD}"), "note"),
        (an_acknowledgement(note=f"charged {CARD}"), "note"),
        (a_question(question=f"Was it {CARD}?"), "question"),
        (an_answer(answer=f"It was {CARD}", question=UUID(int=7)), "answer"),
    ],
)
def test_every_free_text_of_a_reply_is_cleaned(reply: Command, where: str) -> None:
    cleaned, removed = redact(reply)
    assert removed == (f"{where}: card",)
    assert CARD not in cleaned.model_dump_json()
    assert type(cleaned) is type(reply)


def test_only_what_holds_a_secret_is_made_anew() -> None:
    request = a_request(turns=turns("Hello there", "my password is hunter2"), done_so_far=("Looked",))
    cleaned, removed = redact(request)
    assert isinstance(cleaned, RequestHandoff)
    assert cleaned.turns[0] is request.turns[0]
    assert cleaned.turns[1].text == "my password is [password removed]"
    assert cleaned.done_so_far is request.done_so_far
    assert cleaned.customer is request.customer
    assert removed == ("turns[t2]: password",)


def test_a_link_loses_its_credentials_but_never_the_number_of_a_record() -> None:
    page = "https://crm.example/4111111111111111"
    keyed = "https://crm.example/x?access_token=0123456789abcdef"
    cleaned, removed = redact(a_request(links={"crm": page, "file": keyed}))
    assert isinstance(cleaned, RequestHandoff)
    assert cleaned.links == {"crm": page, "file": "https://crm.example/x?access_token=[token removed]"}
    assert removed == ("links[file]: token",)
    called = a_request(links={"crm": "https://crm.example/0171-1234567?for=ada@example.com"})
    hidden, removed = hide_personal(called)
    assert isinstance(hidden, RequestHandoff)
    assert hidden.links == {"crm": "https://crm.example/0171-1234567?for=[e-mail removed]"}
    assert removed == ("links[crm]: e-mail",)


def test_names_and_ids_are_kept_as_they_came() -> None:
    request = a_request(incident="4111111111111111", case_id="4111111111111111")
    assert redact(request)[0] is request


def test_personal_data_goes_only_where_it_must_not_be_seen() -> None:
    request = a_request(summary="Ada (ada@example.com, +49 171 1234567) cannot log in.")
    assert redact(request)[0] is request
    cleaned, removed = redact(request, is_personal_hidden=True)
    assert isinstance(cleaned, RequestHandoff)
    assert cleaned.summary == "Ada ([e-mail removed], [phone removed]) cannot log in."
    assert removed == ("summary: e-mail", "summary: phone")
    assert hide_personal(request) == (cleaned, removed)
    without = a_request(summary="Ada cannot log in; my password is hunter2.")
    assert hide_personal(without)[0] is without


@PROPERTY
@given(st.lists(PLAIN.filter(bool), min_size=1, max_size=6), cards(), st.data())
def test_a_card_in_any_turn_is_found_and_told_of_without_being_shown(
    texts: list[str], card: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(texts) - 1))
    texts[place] += f" {card}"
    request = a_request(turns=turns(*texts))
    cleaned, removed = redact(request)
    assert removed == (f"turns[t{place + 1}]: card",)
    assert card not in cleaned.model_dump_json()
    assert redact(cleaned)[0] is cleaned


@PROPERTY
@given(st.lists(PLAIN, max_size=6))
def test_a_request_of_plain_words_is_the_very_same_object(texts: list[str]) -> None:
    request = a_request(turns=turns(*texts), logs="\n".join(texts), summary=" ".join(texts))
    assert redact(request)[0] is request
