"""The environment is read strictly: a mistyped name, an open network or a shown secret is refused."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from streams.settings import Kafka, Postgres, Settings, connection, read_settings

SECRET = "s3cr3t-words"
DSN = f"postgresql://handoff:{SECRET}@db.example/handoff"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("HANDOFF_") or name == "CREDENTIALS_DIRECTORY":
            monkeypatch.delenv(name)


def test_names_and_parts_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDOFF_KAFKA__BOOTSTRAP", "127.0.0.1:9092")
    monkeypatch.setenv("HANDOFF_POSTGRES__DSN", DSN)
    monkeypatch.setenv("HANDOFF_INTAKE__PARK_FOR", "PT30S")
    monkeypatch.setenv("HANDOFF_LOG_LEVEL", "warning")
    settings = read_settings()
    assert settings.kafka.bootstrap == "127.0.0.1:9092"
    assert settings.postgres.dsn is not None
    assert settings.postgres.dsn.get_secret_value() == DSN
    assert settings.intake.park_for == timedelta(seconds=30)
    assert settings.log_level == "warning"


def test_nothing_has_to_be_set() -> None:
    settings = read_settings()
    assert settings.kafka.bootstrap is None
    assert settings.postgres.dsn is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("HANDOFF_KAKFA__BOOTSTRAP", "HANDOFF_KAKFA__BOOTSTRAP is not a setting; known: .*KAFKA"),
        ("HANDOFF_LOGLEVEL", "HANDOFF_LOGLEVEL is not a setting; known: .*LOG_LEVEL"),
        ("HANDOFF_", "is not a setting"),
        ("HANDOFF_KAFKA__BOOTSTRAPS", "(?s)kafka.bootstraps.*Extra inputs are not permitted"),
        ("HANDOFF_RELAY__SHARD", "(?s)relay.shard.*Extra inputs are not permitted"),
    ],
)
def test_an_unknown_name_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, message: str) -> None:
    monkeypatch.setenv(name, "value")
    with pytest.raises(ValueError, match=message):
        read_settings()


def test_names_of_the_tests_and_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDOFF_TEST_KAFKA", "embedded")
    monkeypatch.setenv("HAND_OFF", "value")
    read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HANDOFF_INTAKE__LANES", "0"),
        ("HANDOFF_RELAY__SHARDS", "65"),
        ("HANDOFF_KAFKA__PARTITIONS", "many"),
        ("HANDOFF_KAFKA__SECURITY", "NONE"),
        ("HANDOFF_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        read_settings()


@pytest.mark.parametrize("bootstrap", ["kafka.example:9092", "127.0.0.1:9092, 10.0.0.5:9092", "kafka:9092"])
def test_plaintext_leaves_this_machine_only_where_somebody_said_so(bootstrap: str) -> None:
    with pytest.raises(ValidationError, match=r"PLAINTEXT to .* is refused: set security to SSL or SASL_SSL"):
        Kafka(bootstrap=bootstrap)
    assert Kafka(bootstrap=bootstrap, allow_plaintext=True).bootstrap == bootstrap
    assert Kafka(bootstrap=bootstrap, security="SASL_SSL").bootstrap == bootstrap
    assert Kafka(bootstrap=bootstrap, security="SSL").bootstrap == bootstrap


@pytest.mark.parametrize(
    "bootstrap", ["127.0.0.1:9092", "localhost:9092", "[::1]:9092", "127.0.0.1:1,127.0.0.1:2", "", None]
)
def test_plaintext_may_stay_on_this_machine(bootstrap: str | None) -> None:
    assert Kafka(bootstrap=bootstrap).security == "PLAINTEXT"


@pytest.mark.parametrize("bootstrap", ["localhost.example:9092", "127.0.0.1.example:9092", "localhosts:9092"])
def test_a_name_that_looks_like_this_machine_is_not_it(bootstrap: str) -> None:
    with pytest.raises(ValidationError, match="is refused"):
        Kafka(bootstrap=bootstrap)


def test_secrets_are_masked_wherever_settings_are_shown() -> None:
    settings = Settings(
        kafka=Kafka(bootstrap="127.0.0.1:9092", username="handoff", password=SECRET),  # type: ignore[arg-type]
        postgres=Postgres(dsn=DSN),  # type: ignore[arg-type]
    )
    shown = [repr(settings), str(settings), repr(settings.kafka), repr(settings.postgres)]
    shown += [settings.model_dump_json(), repr(settings.model_dump())]
    assert not [text for text in shown if SECRET in text]


def test_a_wrong_value_beside_a_secret_does_not_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDOFF_KAFKA__PASSWORD", SECRET)
    monkeypatch.setenv("HANDOFF_KAFKA__PARTITIONS", "0")
    with pytest.raises(ValidationError) as caught:
        read_settings()
    assert SECRET not in str(caught.value)


def test_secrets_come_from_files_where_there_is_a_folder_of_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "HANDOFF_POSTGRES__DSN").write_text(f"{DSN}\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    dsn = read_settings().postgres.dsn
    assert dsn is not None
    assert dsn.get_secret_value() == DSN


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().log_level = "error"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Kafka().group = "another"  # type: ignore[misc]


def test_every_client_connects_the_same_way() -> None:
    assert connection(Kafka(bootstrap="127.0.0.1:9092")) == {
        "bootstrap_servers": "127.0.0.1:9092",
        "security_protocol": "PLAINTEXT",
    }
    with pytest.raises(ValueError, match="set HANDOFF_KAFKA__BOOTSTRAP"):
        connection(Kafka())


def test_a_secured_connection_verifies_the_broker_and_says_who_we_are() -> None:
    kafka = Kafka(
        bootstrap="kafka.example:9093",
        security="SASL_SSL",
        username="handoff",
        password=SECRET,  # type: ignore[arg-type]
    )
    options = connection(kafka)
    context = options.pop("ssl_context")
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"
    assert options == {
        "bootstrap_servers": "kafka.example:9093",
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "handoff",
        "sasl_plain_password": SECRET,
    }
