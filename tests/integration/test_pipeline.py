"""Events in, packets out, replies back, clocks on the SLA stream: on a real broker and a real PostgreSQL."""

from __future__ import annotations

import json

import pytest

from orchestrator.domain.events.event import Stream
from orchestrator.domain.identity import handoff_id
from streams.topics.table import DEAD_LETTER, in_topic_of, topic_of
from tests import builders as b
from tests.servers import Broker
from tests.system import a_settings, a_worker, read, send, set_up

pytestmark = [pytest.mark.broker, pytest.mark.postgres]


@pytest.mark.parametrize("strict", [False, pytest.param(True, marks=pytest.mark.apache_kafka)])
async def test_a_handoff_goes_through_and_its_reply_comes_back(
    broker: Broker, database: str, strict: bool
) -> None:
    policy = b.a_policy()
    settings = a_settings(broker.bootstrap, database, is_apache=broker.is_apache, relay={"strict": strict})
    await set_up(settings, policy)
    run = "strict" if strict else "plain"
    source = f"//test/{run}"
    request = b.a_request(case_id=f"case-{run}")
    accept = b.an_accept(handoff_id(source, "r1"), actor=b.an_actor("tier-2"))
    records = [
        (in_topic_of(request.type), b.a_record(request, id="r1", source=source)),
        (in_topic_of(request.type), b.a_record(request, id="r1", source=source)),
        (in_topic_of(accept.type), b.a_record(accept, id="a1", source=source, key=request.case_id)),
        (in_topic_of(request.type), b.Record(request.case_id.encode(), [], b"{")),
    ]

    def of_this_run(found):  # type: ignore[no-untyped-def]
        return [r for r in found if r.key == request.case_id.encode()]

    async with a_worker(settings, policy):
        await send(settings, records)
        queue = topic_of(Stream.PACKETS, "tier-2")
        packets = of_this_run(await read(settings, [queue], until=lambda r: len(of_this_run(r)) >= 1))
        lifecycle = of_this_run(
            await read(settings, [topic_of(Stream.LIFECYCLE)], until=lambda r: len(of_this_run(r)) >= 2)
        )
        dead = of_this_run(await read(settings, [DEAD_LETTER], until=lambda r: len(of_this_run(r)) >= 1))

    assert len(packets) == 1
    packet = json.loads(packets[0].value)["packet"]
    assert packet["case_id"] == request.case_id
    assert [dict(r.headers)["ce_type"].decode().split(".")[3] for r in lifecycle] == ["requested", "accepted"]
    assert dict(dead[0].headers)["handoff_reason-code"] == b"not-cloudevents"
    assert dead[0].value == b"{"
