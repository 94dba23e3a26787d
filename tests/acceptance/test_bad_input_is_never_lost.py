"""Whatever arrives is handled or kept: its bytes as they came, a stable reason, and the rest goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from orchestrator.domain.commands import Accept, RequestHandoff
from orchestrator.domain.model import Receiver
from streams.messages.cloudevents import MAX_VALUE_BYTES
from streams.topics.table import REPLIES, in_topic_of
from tests import builders as b
from tests.acceptance.conftest import SOURCE, OpenStage, now, packaged

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

TRANSFERS = in_topic_of(RequestHandoff.type)


class Raw(NamedTuple):
    """A record with any bytes, or none."""

    key: bytes | None
    headers: list[tuple[str, bytes]]
    value: bytes | None


def _good(case: str, **over: Any) -> b.Record:
    return b.a_record(b.a_request(case_id=case, **over), id=case, source=SOURCE, at=now())


def _reply(case: str, to: str, id: str) -> b.Record:
    accept = b.an_accept(request_source=SOURCE, request_id=to, actor=b.an_actor("tier-2"))
    return b.a_record(accept, id=id, source=SOURCE, at=now(), key=case)


def _headers(case: str, **over: str) -> list[tuple[str, bytes]]:
    fields = {"type": RequestHandoff.type, "id": case} | over
    return b.cloudevent_headers(**fields, source=SOURCE, at=now())


def _with_value(case: str, value: bytes) -> Raw:
    return Raw(case.encode(), _headers(case), value)


def _bad() -> dict[str, tuple[str, str, Raw | b.Record]]:
    """Return what is wrong -> the reason code, the topic, and the record."""
    good = _good("bad-plain").value
    padding = MAX_VALUE_BYTES + 1 - len(good)
    without_id = [(name, value) for name, value in _headers("bad-id") if name != "ce_id"]
    deep = b'{"case_id":"bad-deep","x":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    accepts = RequestHandoff.type.replace(".v1", ".v9")
    return {
        "truncated": ("malformed-json", TRANSFERS, _with_value("bad-cut", good[:-20])),
        "not UTF-8": ("not-utf8", TRANSFERS, _with_value("bad-utf8", good.replace(b"Ada", b"\xff\xfeA"))),
        "no id": ("not-cloudevents", TRANSFERS, Raw(b"bad-id", without_id, good)),
        "type": ("unknown-type", TRANSFERS, Raw(b"bad-type", _headers("bad-type", type="cake.v1"), good)),
        "version": ("unknown-version", TRANSFERS, Raw(b"bad-v9", _headers("bad-v9", type=accepts), good)),
        "team": ("unknown-team", TRANSFERS, _good("bad-team", receiver=Receiver(team="teir-2"))),
        "large": ("too-large", TRANSFERS, _with_value("bad-large", good + b" " * padding)),
        "deep": ("malformed-json", TRANSFERS, _with_value("bad-deep", deep)),
        "null key": ("null-key", TRANSFERS, Raw(None, _headers("bad-key"), good)),
        "null value": ("null-value", TRANSFERS, Raw(b"bad-value", _headers("bad-value"), None)),
        "nobody's reply": ("unknown-handoff", REPLIES, _reply("bad-reply", "never-sent", "bad-reply")),
        "accepted twice": ("illegal-transition", REPLIES, _reply("fine-1", "fine-1", "accept-again")),
    }


async def test_each_ends_as_a_dead_letter_and_the_rest_goes_on(open_stage: OpenStage) -> None:
    bad = _bad()
    rubbish = [(topic, record) for _, topic, record in bad.values()]
    middle = len(rubbish) // 2

    async with open_stage(packaged(), intake={"park_for": timedelta(seconds=1)}) as stage:
        await stage.send([(TRANSFERS, _good("fine-1"))])
        await stage.until(lambda: stage.packets("tier-2"))
        await stage.send([(REPLIES, _reply("fine-1", "fine-1", "accept-1"))])
        await stage.send([*rubbish[:middle], (TRANSFERS, _good("fine-2")), *rubbish[middle:]])
        await stage.send([(TRANSFERS, _good("fine-3"))])
        await stage.until(lambda: len(stage.dead_letters()) >= len(bad))
        await stage.until(lambda: len(stage.packets("tier-2")) >= 3)
        await stage.settle()

        dead, packets, lifecycle = stage.dead_letters(), stage.packets("tier-2"), stage.lifecycle()

    assert sorted(packet["case_id"] for packet in packets) == ["fine-1", "fine-2", "fine-3"]
    assert sorted(word for word, _ in lifecycle) == ["accepted", "requested", "requested", "requested"]
    assert len(dead) == len(bad)
    for what, (code, topic, sent) in bad.items():
        found = [d for d in dead if d.key == sent.key and d.value == sent.value]
        assert len(found) == 1, what
        [letter] = found
        assert list(letter.headers[: len(sent.headers)]) == sent.headers, what
        why = dict(letter.headers[len(sent.headers) :])
        assert why["handoff_reason-code"].decode() == code, what
        assert why["kafka_dlt-original-topic"].decode() == topic, what
        assert why["__streams.errors.topic"].decode() == topic, what
        assert int(why["__streams.errors.partition"]) >= 0
        assert int(why["__streams.errors.offset"]) >= 0
        assert why["__streams.errors.message"], what
    assert len({dict(d.headers)["handoff_dead-letter-id"] for d in dead}) == len(dead)
    assert all(Accept.type != dict(d.headers).get("ce_type", b"").decode() for d in dead if d.key is None)
