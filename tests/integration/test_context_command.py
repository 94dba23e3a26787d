"""`handoff context`: from a file of observations to what is shown of an account, and back from the topics."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli import app
from tests.servers import Broker

pytestmark = [pytest.mark.broker, pytest.mark.postgres]


@pytest.fixture
def here(broker: Broker, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Settings for the servers, all that has to be set up, and the id of an account of one's own."""
    monkeypatch.setenv("HANDOFF_KAFKA__BOOTSTRAP", broker.bootstrap)
    monkeypatch.setenv("HANDOFF_KAFKA__PARTITIONS", "3")
    monkeypatch.setenv("HANDOFF_KAFKA__IDEMPOTENT", str(broker.is_apache))
    monkeypatch.setenv("HANDOFF_POSTGRES__DSN", database)
    monkeypatch.setenv("HANDOFF_DATA", str(tmp_path))
    handoff("db", "upgrade")
    handoff("topics", "apply")
    return f"acct-{uuid.uuid4().hex}"


def handoff(*arguments: str, exit_code: int = 0) -> list[str]:
    """Run the command in this process, and return the lines it prints."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == exit_code, result.output
    return result.output.splitlines()


def observation(account: str, **over: object) -> str:
    data = {
        "account_id": account,
        "system": "billing",
        "fields": {"payment_state": "grace_pd", "amount_due": 120},
    }
    event = {
        "specversion": "1.0",
        "id": uuid.uuid4().hex,
        "source": "//billing",
        "type": "support.context.billing.observed.v1",
        "time": "2026-03-02T09:00:00Z",
        "data": data,
    }
    return json.dumps(event | over)


def test_what_is_sent_is_rebuilt_and_shown_and_deleted(here: str, tmp_path: Path) -> None:
    file = tmp_path / "observations.jsonl"
    file.write_text(observation(here))
    handoff("send", str(file))

    # Lines of the log stand before it where other tests left something on the topics that is refused.
    *_, told = map(json.loads, handoff("context", "rebuild", "--json"))
    assert told["read"] >= 1
    assert told["records"] >= 1
    *_, again = map(json.loads, handoff("context", "rebuild", "--json"))
    assert (again["read"], again["changed"]) == (told["read"], 0)

    shown = "\n".join(handoff("context", "show", here))
    for word in ("billing.payment_state", "grace_pd", "billing.amount_due", "2026-03-02 09:00:00Z", "days"):
        assert word in shown
    [record] = map(json.loads, handoff("context", "show", f"account:{here}", "--json"))
    assert record["fields"]["amount_due"]["value"] == 120

    deletion = observation(
        here, data=None, partitionkey=f"account:{here}/billing", time="2026-03-03T09:00:00Z"
    )
    file.write_text(deletion)
    handoff("send", str(file))
    *_, emptied = map(json.loads, handoff("context", "rebuild", "--empty", "--json"))
    assert emptied["read"] == told["read"] + 1
    said = "\n".join(handoff("context", "show", here, exit_code=1))
    assert f"nothing is known of '{here}'" in said


def test_an_observation_stays_on_its_own_topic(here: str, tmp_path: Path) -> None:
    file = tmp_path / "observations.jsonl"
    file.write_text(observation(here))
    said = handoff("send", str(file), "--topic", "support.handoff.reply.received.v1", exit_code=1)
    assert "leave out --topic" in "\n".join(said)
