"""An agent accepts in time, and we hear of it after the breach was told: both are said, one stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import builders as b
from tests.acceptance.conftest import SOURCE, OpenStage, now, packaged

pytestmark = [pytest.mark.broker, pytest.mark.postgres]

CASE = "late-case"


async def test_a_promise_kept_in_time_is_not_a_breach_for_having_arrived_late(open_stage: OpenStage) -> None:
    about = {"request_source": SOURCE, "request_id": "late-1"}
    async with open_stage(packaged(accept=timedelta(seconds=1))) as stage:
        await stage.say(b.a_request(case_id=CASE), "late-1")
        await stage.until(lambda: stage.packets("tier-2"))
        answered = now()
        await stage.until(lambda: "breached" in dict(stage.clocks()))
        await stage.say(b.an_accept(**about, actor=b.an_actor("tier-2")), "late-2", case=CASE, at=answered)
        await stage.until(lambda: "met-late-delivery" in dict(stage.clocks()))
        await stage.settle()
        clocks = [(word, told) for word, told in stage.clocks() if told["kind"] == "accept"]
        assert not stage.dead_letters()

    words = [word for word, _ in clocks]
    assert words.count("breached") == words.count("met-late-delivery") == 1
    breached, met = dict(clocks)["breached"], dict(clocks)["met-late-delivery"]
    # Nothing that was published is rewritten: the correction points at what it corrects.
    assert met["rung_id"] == breached["rung_id"]
    assert b.instant(met["breached_at"]) == b.instant(breached["due_at"])
    assert (met["clock"]["outcome"], met["clock"]["fired"]) == ("met", ["50%", "80%"])
