"""What can be set on where the board is shown, and to whom.

Whatever is open to others and does not say who may look is refused before anything is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from orchestrator.board.access.viewer import Role

ALL_TEAMS: Final = "*"
"""A team in `Oidc.teams` that stands for all of them."""
_SHORTEST_KEY: Final = 32


def is_loopback(host: str) -> bool:
    """Whether a host's name or address can only be this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _origin(url: str) -> str:
    """Return scheme://host[:port] of an address; it has nothing else."""
    bare = url.rstrip("/").lower()
    # It goes into a header as it is, so that nothing else may be in it.
    if not re.fullmatch(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?", bare):
        raise ValueError(f"{url!r} is not an address like https://board.example, without a path")
    return bare


def _network(address: str) -> str:
    """Return an address or a network; `*` would let everybody choose their address."""
    return str(ip_network(address, strict=False))


Origin = Annotated[str, AfterValidator(_origin)]
Rate = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,5}/(second|minute|hour)$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Oidc(_Part):
    """A provider of OpenID Connect, where people sign in."""

    issuer: str | None = None
    """As the provider's discovery document has it, to the letter."""
    client_id: str | None = None
    client_secret: SecretStr | None = None
    scopes: str = "openid profile email"
    id_claim: str = "sub"
    """What tells a person from all others, for ever."""
    name_claim: str = "name"
    roles_claim: str = "groups"
    """May be inside another one: `realm_access.roles`."""
    teams_claim: str = "groups"
    roles: Mapping[str, Role] = {}
    """Group -> role; empty: a group that is called like a role gives it."""
    teams: Mapping[str, str] = {}
    """Group -> team, or `*` for all of them; empty: the claim holds the teams themselves."""

    @property
    def is_set(self) -> bool:
        """Whether there is a provider."""
        return bool(self.issuer and self.client_id)

    @model_validator(mode="after")
    def _refuse_what_cannot_be(self) -> Self:
        if self.issuer is not None:
            parts = urlsplit(self.issuer)
            if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
                raise ValueError(f"the issuer {self.issuer!r} has to begin with https://")
        if "openid" not in self.scopes.split():
            raise ValueError("scopes has to have openid among it")
        if self.issuer is not None and not self.teams and self.teams_claim == self.roles_claim:
            # Else the groups that give roles would pass for teams.
            raise ValueError(
                "say which group belongs to which team in teams, or name another claim in teams_claim"
            )
        return self


class Rates(_Part):
    """How often is too often, like `300/minute`."""

    writes: Rate = "300/minute"
    """Of one viewer."""
    sign_ins: Rate = "120/minute"
    """Of one address, behind which a whole office may sit."""
    bad_tokens: Rate = "20/minute"
    """Of one address; a token that was good before is let in all the same."""


class Options(_Part):
    """Where the board is shown, and to whom."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8400
    """0 takes a free one."""
    login: Literal["none", "tokens", "oidc"] = "none"
    """Who may look: whoever sits at this machine, who has a token, or who signs in at the provider."""
    public_url: Origin | None = None
    """How people's browsers reach it; absent: http://127.0.0.1 and the port."""
    secret_key: SecretStr | None = None
    """Signs cookies; absent: a random one, kept in the data folder. Several boards need the same one."""
    oidc: Oidc = Oidc()
    session: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=30))] = timedelta(hours=12)
    """How long somebody stays signed in."""
    proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """Addresses or networks of proxies whose X-Forwarded-For and -Proto are believed."""
    hosts: tuple[str, ...] = ()
    """Names under which the board is reached, beside that of public_url."""
    embed_origins: tuple[Origin, ...] = ()
    """Sites whose pages may show a screen pop in a frame, beside the board's own."""
    rates: Rates = Rates()
    body_limit: Annotated[int, Field(ge=1_024)] = 1_048_576
    """Bytes of a request, at most."""

    @property
    def is_local(self) -> bool:
        """Whether whoever sits at this machine may look without saying who they are."""
        return self.login == "none"

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it by https alone, so that cookies never leave it."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @model_validator(mode="after")
    def _refuse_what_is_open(self) -> Self:
        if self.login == "none" and not is_loopback(self.host):
            raise ValueError(
                f"{self.host} can be reached by others: set HANDOFF_BOARD__LOGIN to tokens or oidc, "
                "or HANDOFF_BOARD__HOST to 127.0.0.1"
            )
        if self.login == "none" and self.proxies:
            raise ValueError(
                "a proxy shows the board to others: set HANDOFF_BOARD__LOGIN to tokens or oidc beside proxies"
            )
        if self.login == "oidc" and not self.oidc.is_set:
            raise ValueError(
                "login oidc needs HANDOFF_BOARD__OIDC__ISSUER and HANDOFF_BOARD__OIDC__CLIENT_ID"
            )
        if self.public_url is None and not is_loopback(self.host):
            raise ValueError(
                f"{self.host} can be reached by others: set HANDOFF_BOARD__PUBLIC_URL to its https:// address"
            )
        if self.public_url is not None:
            parts = urlsplit(self.public_url)
            is_here = is_loopback(parts.hostname or "")
            if parts.scheme != "https" and not is_here:
                raise ValueError(
                    f"{self.public_url} would send cookies in the clear: it has to begin with https://"
                )
            if self.login == "none" and not is_here:
                raise ValueError(
                    f"{self.public_url} can be reached by others: set HANDOFF_BOARD__LOGIN to tokens or oidc"
                )
        if self.secret_key is not None and len(self.secret_key.get_secret_value()) < _SHORTEST_KEY:
            raise ValueError(f"secret_key needs {_SHORTEST_KEY} characters or more: openssl rand -hex 32")
        return self
