"""Settings are shown, secrets are not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli import app, places
from streams.cli.config import mask_dsn
from streams.settings import Settings

SECRET = "hunter2"


@pytest.mark.parametrize(
    "dsn",
    [
        f"postgresql://u:{SECRET}@db:5432/handoff",
        f"postgresql://u:{SECRET}@db1:5432,db2:5432/handoff",
        f"postgresql://u:1/{SECRET}@db/handoff",
        f"postgresql://u:1?{SECRET}@db/handoff",
        f"postgresql://u:1#{SECRET}@db/handoff",
        f"postgresql://u@db/handoff?password={SECRET}&sslpassword={SECRET}",
        f"u:{SECRET}@db",
        f"postgresql://u:{SECRET}@[db/handoff",
        f"postgresql://u:{SECRET}@db/handoff#{SECRET}",
    ],
)
def test_a_password_is_never_shown(dsn: str) -> None:
    assert SECRET not in mask_dsn(dsn)


def test_the_rest_of_an_address_is_shown() -> None:
    assert mask_dsn("postgresql://u:p@db:5432/handoff?sslmode=require") == (
        "postgresql://u:********@db:5432/handoff?sslmode=require"
    )
    assert mask_dsn("postgresql://u@/handoff?host=/run/pg") == "postgresql://u@/handoff?host=/run/pg"


def test_config_show_masks_and_says_where_a_value_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.logs.configure", lambda *_, **__: None)
    done = CliRunner().invoke(
        app,
        ["config", "show", "--json"],
        env={
            "HANDOFF_DATA": str(tmp_path),
            "HANDOFF_POSTGRES__DSN": f"postgresql://u:{SECRET}@db/handoff",
            "HANDOFF_KAFKA__PASSWORD": SECRET,
        },
    )

    assert done.exit_code == 0, done.output
    assert SECRET not in done.output
    shown = json.loads(done.stdout)
    assert shown["HANDOFF_KAFKA__PASSWORD"] == {"value": "********", "from": "set"}
    assert shown["HANDOFF_SWEEP__EVERY"] == {"value": "0.02 s", "from": "default"}


def test_a_running_up_is_found_and_a_dead_one_is_not(tmp_path: Path) -> None:
    addresses = {"bootstrap": "127.0.0.1:9", "dsn": "postgresql://h@/p?host=/s"}
    with places.lock(tmp_path):
        places.publish(tmp_path, addresses)
        assert places.running(tmp_path) == addresses
    assert places.running(tmp_path) is None, "its lock is gone, whatever it left"
    assert places.running(tmp_path / "never") is None


def test_addresses_that_are_set_win_over_a_running_up() -> None:
    given = Settings(kafka={"bootstrap": "127.0.0.1:1"})  # type: ignore[arg-type]

    settings = places.with_addresses(given, {"bootstrap": "127.0.0.1:2", "dsn": "postgresql://h@/p"})

    assert settings.kafka.bootstrap == "127.0.0.1:1"
    assert settings.kafka.idempotent, "a broker of one's own knows idempotent producers"
    assert places.dsn_of(settings) == "postgresql://h@/p"


def test_the_embedded_broker_is_not_asked_for_what_it_cannot_do() -> None:
    settings = places.with_addresses(Settings(), {"bootstrap": "127.0.0.1:2"})

    assert not settings.kafka.idempotent
    assert (settings.kafka.partitions, settings.kafka.replication) == (3, 1)
