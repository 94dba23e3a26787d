"""Chats hold card numbers, logs hold tokens: none of it is stored or sent, and its place is told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.model import Turn
from streams.topics.table import DEAD_LETTER, in_topic_of
from tests import builders as b
from tests.acceptance.conftest import SOURCE, OpenStage, Stage, now, packaged
from tests.acceptance.context_process import sources_of

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

CARD, SPACED = "4111111111111111", "5500 0000 0000 0004"
PASSWORD = "hunter2-Correct!Horse"
TOKEN = "ghp_" + "R4nd0mT0k3nOfAPers0n5t0r3dN0where42x"
BEARER = "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
SECRETS = (CARD, SPACED, SPACED.replace(" ", ""), PASSWORD, TOKEN, BEARER.split()[1])
TRANSFERS = in_topic_of(RequestHandoff.type)


def _told_too_much(case: str, **over: Any) -> RequestHandoff:
    fields: dict[str, Any] = {
        "case_id": case,
        "customer": b.a_customer(id=f"cust-{case}", account_id=None),
        "reason": {"text": f"Cannot pay with {SPACED}"},
        "summary": f"Ada gave her card {CARD} in the chat. Her password is {PASSWORD} and nothing works.",
        "logs": f"09:00:00 ERROR mailer timeout\n09:00:01 GET /v1/mails\nAuthorization: {BEARER}",
        "turns": (
            Turn(id="t1", speaker="customer", text=f"My card is {SPACED}, please try it."),
            Turn(id="t2", speaker="customer", text=f"password: {PASSWORD}"),
            Turn(id="t3", speaker="agent", name="Sarah", text=f"I tried it with the token {TOKEN}."),
        ),
        "done_so_far": (f"charged {CARD} again",),
        "links": {"repository": f"https://bot:{TOKEN}@git.example/export.git"},
    }
    return b.a_request(**(fields | over))


def _with_more(record: b.Record) -> b.Record:
    """Return a message that says more than anybody reads."""
    data = json.loads(record.value) | {"comment": f"card {CARD}", "form": {"password": PASSWORD}}
    return record._replace(value=json.dumps(data).encode())


async def test_a_secret_is_in_no_table_and_on_no_topic(open_stage: OpenStage) -> None:
    case = f"secret-{uuid4().hex[:10]}"
    nobody: dict[str, Any] = {"request_source": SOURCE, "request_id": f"never-sent-{case}"}
    # Two that cannot be used: one names a team that is not there, the other is cut in its middle.
    refused = b.a_record(
        _told_too_much(f"{case}-refused", receiver={"team": "teir-2"}), id=f"{case}-3", at=now()
    )
    cut = refused._replace(value=refused.value[: refused.value.index(TOKEN.encode()) + len(TOKEN) + 20])
    cut = cut._replace(headers=b.cloudevent_headers(RequestHandoff.type, id=f"{case}-4", at=now()))

    policy = packaged()
    opened = open_stage(policy, intake={"park_for": timedelta(minutes=5)})
    async with opened as stage, sources_of(stage, policy) as sources:
        noted: dict[str, Any] = {"summary": f"Paid with {SPACED}, password: {PASSWORD}", "channel": "chat"}
        await sources.say("interaction", noted, system="ticketing", customer=f"cust-{case}", item="c-1")
        await sources.until_held()
        await stage.send(
            [(TRANSFERS, _with_more(b.a_record(_told_too_much(case), id=f"{case}-1", at=now())))]
        )
        await stage.until(lambda: stage.packets("tier-2"))
        about: dict[str, Any] = {"request_source": b.SOURCE, "request_id": f"{case}-1"}
        await stage.say(b.an_accept(**about), f"{case}-2", case=case)
        returned = b.a_return(**about, reason={"text": f"The card {CARD} was declined, password: {PASSWORD}"})
        await stage.say(returned, f"{case}-5", case=case)
        early = b.a_completion(**nobody, note=f"Paid with {SPACED}, token {TOKEN}")
        await stage.say(early, f"{case}-6", case=case)
        await stage.send([(TRANSFERS, refused), (TRANSFERS, cut)])
        await stage.until(lambda: len(stage.dead_letters()) >= 2)
        await stage.until(lambda: "returned" in dict(stage.lifecycle()))
        await stage.until(lambda: [n for n in stage.notices() if n["topic"] == "returned"])
        await _until_parked(stage)
        await stage.settle()

        [packet] = stage.packets("tier-2")
        [notice] = [n for n in stage.notices() if n["topic"] == "returned"]
        dead = stage.dead_letters()
        sent = {topic: [r.value or b"" for r in stage.records(topic)] for topic in stage._records}
        stored = await _stored(stage)

    # It was all there to be found: what was said between the secrets is.
    assert {"handoffs", "journal", "parked", "dead_letters", "context_records"} <= stored.keys()
    assert "please try it" in stored["handoffs"]
    assert "was declined" in stored["journal"]
    assert "Paid with" in stored["parked"]
    assert "Paid with" in stored["context_records"]
    assert _found(stored) == {}
    outgoing = {topic: b"\n".join(values).decode() for topic, values in sent.items() if topic != DEAD_LETTER}
    assert len(outgoing) >= 3
    assert _found(outgoing) == {}

    _says_where_something_was(packet)
    assert notice["reason"]["text"] == "The card [card removed] was declined, password: [password removed]"

    # A dead letter keeps its bytes as they came, so that it can be repaired and sent again.
    assert {letter.value for letter in dead} == {refused.value, cut.value}
    for letter in dead:
        why = dict(letter.headers[len(refused.headers) :])
        assert _found({name: value.decode() for name, value in why.items() if value}) == {}


def _says_where_something_was(packet: dict[str, Any]) -> None:
    [before] = packet["context"]["interactions"]
    assert before["summary"] == "Paid with [card removed], password: [password removed]"
    assert packet["reason"]["text"] == "Cannot pay with [card removed]"
    assert [turn["text"] for turn in packet["turns"]] == [
        "My card is [card removed], please try it.",
        "password: [password removed]",
        "I tried it with the token [token removed].",
    ]
    assert packet["done_so_far"] == ["charged [card removed] again"]
    assert "09:00:00 ERROR mailer timeout" in packet["logs"]
    assert "[token removed]" in packet["logs"]
    assert (
        "[token removed]" in packet["links"]["repository"]
        or "[password removed]" in packet["links"]["repository"]
    )
    summary = json.dumps(packet["summary"])
    assert "[card removed]" in summary
    assert "[password removed]" in summary
    assert "card removed" in packet["body"]
    assert "password removed" in packet["body"]


def _found(texts: dict[str, str]) -> dict[str, list[str]]:
    """Return where there is a secret, in plain text or in the hexadecimal of bytes."""
    found = {}
    for where, text in texts.items():
        lowered = text.lower()
        there = [s for s in SECRETS if s.lower() in lowered or s.encode().hex() in lowered]
        if there:
            found[where] = there
    return found


async def _until_parked(stage: Stage) -> None:
    database = await _database(stage)
    try:
        for _ in range(200):
            if await database.fetchval("SELECT count(*) FROM parked"):
                return
            await stage.settle()
        raise AssertionError("the reply to nobody was not parked")
    finally:
        await database.close()


async def _stored(stage: Stage) -> dict[str, str]:
    """Return table -> its rows in words, without the bytes of messages that are, or may be, given up."""
    database = await _database(stage)
    try:
        tables = await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = {}
        for (table,) in tables:
            rows = await database.fetch(
                f'SELECT to_jsonb(t) - $1::text[] AS row FROM "{table}" t', _as_they_came(table)
            )
            found[table] = "\n".join(row["row"] for row in rows)
        return found
    finally:
        await database.close()


def _as_they_came(table: str) -> list[str]:
    return ["value"] if table in ("dead_letters", "parked") else []


async def _database(stage: Stage) -> Any:
    dsn = stage.settings.postgres.dsn
    assert dsn is not None
    return await asyncpg.connect(dsn.get_secret_value())
