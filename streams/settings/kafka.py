"""How to reach the broker."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, model_validator

from streams.settings.part import Part


class Kafka(Part):
    """How to reach the broker."""

    bootstrap: str | None = None
    """host:port, several with commas; absent: an embedded broker is started."""
    group: str = "handoff-orchestrator"
    security: Literal["PLAINTEXT", "SSL", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    username: str | None = None
    password: SecretStr | None = None
    ca_file: Path | None = None
    allow_plaintext: bool = False
    """PLAINTEXT to an address outside this machine is refused unless this says so."""
    idempotent: bool = True
    """Whether the broker knows idempotent producers; the embedded one does not."""
    partitions: Annotated[int, Field(ge=1)] = 6
    replication: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _refuse_plaintext_outside(self) -> Self:
        hosts = [h.strip() for h in (self.bootstrap or "").split(",") if h.strip()]
        outside = [h for h in hosts if not _is_this_machine(h)]
        if self.security == "PLAINTEXT" and outside and not self.allow_plaintext:
            raise ValueError(
                f"PLAINTEXT to {outside[0]} is refused: set security to SSL or SASL_SSL, "
                "or allow_plaintext to true if the network is yours alone"
            )
        return self


def connection(kafka: Kafka) -> dict[str, Any]:
    """Return what every Kafka client of ours is given to connect."""
    if kafka.bootstrap is None:
        raise ValueError("no broker: set HANDOFF_KAFKA__BOOTSTRAP, or run `handoff up` for an embedded one")
    options: dict[str, Any] = {"bootstrap_servers": kafka.bootstrap, "security_protocol": kafka.security}
    if kafka.security != "PLAINTEXT":
        from aiokafka.helpers import create_ssl_context

        options["ssl_context"] = create_ssl_context(cafile=str(kafka.ca_file) if kafka.ca_file else None)
    if kafka.security == "SASL_SSL":
        options |= {
            "sasl_mechanism": kafka.sasl_mechanism,
            "sasl_plain_username": kafka.username,
            "sasl_plain_password": kafka.password.get_secret_value() if kafka.password else None,
        }
    return options


def _is_this_machine(address: str) -> bool:
    host = address.rpartition(":")[0].strip("[]") or address
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
