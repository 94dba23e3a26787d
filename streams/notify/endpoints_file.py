"""Reads the file of endpoints, and finds everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final, get_args

import httpx
from pydantic import SecretStr

from handoff_templates.form import Form, mapping, sequence
from handoff_templates.naming import require_slug
from handoff_templates.problems import Place, Problem, Problems
from handoff_templates.yaml_source import Value, read
from orchestrator.domain.events import Notified
from streams.notify.endpoint import DEFAULT_TIMEOUT, Endpoint, Format
from streams.notify.signature import LONGEST, PREFIX, SHORTEST, read_secrets

ROLES: Final = get_args(Notified.model_fields["to_role"].annotation)
TOPICS: Final = get_args(Notified.model_fields["topic"].annotation)
_FILTERS: Final = ("teams", "roles", "topics")
_KEYS: Final = ("name", "format", "url", "url_env", "secret_env", "allow_http", "timeout", *_FILTERS)
_LONGEST_TIMEOUT: Final = timedelta(minutes=1)
"""A slot for requests is taken for so long by an endpoint that hangs."""

Secrets = Callable[[str], SecretStr | None]
"""Returns what a name stands for; None when nothing does."""


class EndpointsInvalid(Exception):
    """A file of endpoints cannot be used; `problems` has every reason, in the order of its lines."""

    def __init__(self, file: Path, problems: list[Problem]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__("\n".join([f"{count} in the endpoints of {file}:", *map(str, problems)]))
        self.problems = problems


def read_endpoints(file: Path, *, teams: Collection[str], secrets: Secrets) -> tuple[Endpoint, ...]:
    """Return the endpoints in a file, in its order; `teams` are those that its filters may name.

    Raises:
        EndpointsInvalid: something is wrong with it.
    """
    problems = Problems()
    endpoints = _Reader(str(file), teams, secrets, problems).endpoints(file)
    if found := problems.sorted():
        raise EndpointsInvalid(file, found)
    return tuple(endpoints)


class _Reader:
    def __init__(self, name: str, teams: Collection[str], secrets: Secrets, problems: Problems) -> None:
        self._name = name
        self._teams = teams
        self._secrets = secrets
        self._problems = problems

    def endpoints(self, file: Path) -> list[Endpoint]:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            self._problems.add(Place(self._name), f"cannot be read: {why}; see HANDOFF_NOTIFY__ENDPOINTS")
            return []
        if not text.strip():
            self._problems.add(Place(self._name), "is empty; begin with 'endpoints:' and a list")
            return []
        document = read(text, self._name, self._problems)
        if document is None:
            return []
        listed = Form.open(document, ("endpoints",), "the file", self._problems)
        value = listed.required("endpoints", "the file")
        items = sequence(value, "endpoints", self._problems) if value is not None else []
        if value is not None and value.data == []:
            self._problems.add(value.place, "there are no endpoints; add one, or unset the file")
        return self._distinct([self._endpoint(item) for item in items])

    def _distinct(self, found: list[tuple[Place, Endpoint] | None]) -> list[Endpoint]:
        endpoints: dict[str, Endpoint] = {}
        for place, endpoint in filter(None, found):
            if endpoint.name in endpoints:
                self._problems.add(place, f"a second endpoint {endpoint.name!r}; give it another name")
            endpoints.setdefault(endpoint.name, endpoint)
        return list(endpoints.values())

    def _endpoint(self, item: Value) -> tuple[Place, Endpoint] | None:
        if not mapping(item, "an endpoint", self._problems):
            return None
        form = Form.open(item, _KEYS, "an endpoint", self._problems)
        form.required("name", "the endpoint")
        name = form.text("name") or "?"
        require_slug(name, "endpoint", form.at("name"), self._problems)
        form.required("format", f"endpoint {name!r}")
        format = form.name("format", "format", [each.value for each in Format])
        url = self._url(form, name)
        parts = _parts(url)
        host = parts.host if parts is not None else ""
        endpoint = Endpoint(
            name=name,
            format=Format(format or Format.STANDARD),
            url=SecretStr(url),
            host=host,
            is_local=_is_local(host),
            secrets=self._keys(form, name, format),
            timeout=self._timeout(form),
            teams=self._filter(form, "teams", "team", self._teams),
            roles=self._filter(form, "roles", "role", ROLES),
            topics=self._filter(form, "topics", "topic", TOPICS),
        )
        return form.at("name"), endpoint

    def _url(self, form: Form, name: str) -> str:
        is_in_file = form.value("url") is not None
        if is_in_file == (form.value("url_env") is not None):
            what = "both 'url' and 'url_env'" if is_in_file else "neither 'url' nor 'url_env'"
            self._problems.add(form.place, f"endpoint {name!r} has {what}; give it one of the two")
            return ""
        key = "url" if is_in_file else "url_env"
        place, text = form.at(key), form.text(key)
        url = text if is_in_file or text is None else self._variable(place, text)
        if url is not None:
            self._check_url(url, place, form, is_in_file=is_in_file)
        return url or ""

    def _check_url(self, url: str, place: Place, form: Form, *, is_in_file: bool) -> None:
        parts = _parts(url)
        if parts is None or parts.scheme not in ("https", "http") or not parts.host:
            self._problems.add(place, "not a web address; write one that begins with https://")
            return
        if is_in_file and parts.userinfo:
            why = "the address holds a user or a password"
            self._problems.add(place, f"{why}; put it into a variable, and name that in 'url_env'")
        allow_http = form.flag("allow_http", False)
        if parts.scheme == "http" and not allow_http and not _is_local(parts.host):
            why = "http outside this machine is refused"
            do = "write https, or 'allow_http: true' if the network is yours alone"
            self._problems.add(place, f"{why}; {do}")

    def _keys(self, form: Form, name: str, format: str | None) -> tuple[bytes, ...]:
        place, variable = form.at("secret_env"), form.text("secret_env")
        if format == Format.STANDARD and form.value("secret_env") is None:
            why = f"endpoint {name!r} has no 'secret_env', so its receiver could not know who sent"
            self._problems.add(place, f"{why}; name the variable that holds its {PREFIX} secret")
        secret = self._variable(place, variable) if variable is not None else None
        if secret is None:
            return ()
        try:
            return read_secrets(secret)
        except ValueError as error:
            do = f"write {PREFIX} and {SHORTEST} to {LONGEST} random bytes as base64"
            self._problems.add(place, f"the secret in {variable} {error}; {do}")
            return ()

    def _variable(self, place: Place, name: str) -> str | None:
        found = self._secrets(name)
        if found is None:
            self._problems.add(place, f"the variable {name} is not set; set it where `handoff notify` runs")
            return None
        return found.get_secret_value()

    def _timeout(self, form: Form) -> timedelta:
        timeout = form.duration("timeout") or DEFAULT_TIMEOUT
        if timeout > _LONGEST_TIMEOUT:
            self._problems.add(form.at("timeout"), "too long for one request; write at most 1m")
        return timeout

    def _filter(self, form: Form, key: str, what: str, known: Collection[str]) -> frozenset[str]:
        value = form.value(key)
        if value is not None and value.data == []:
            self._problems.add(value.place, f"{key!r} is empty; leave it out for all, or name some")
        return frozenset(form.names(key, what, known))


def _parts(url: str) -> httpx.URL | None:
    # By the eyes of the one that will send there, who lets blanks and ports out of range pass.
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return None
    is_clean = url.isascii() and url.isprintable() and " " not in url
    return parts if is_clean and (parts.port or 0) < 65_536 else None


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
