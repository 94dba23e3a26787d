"""`handoff config`: what is set, and what can be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import typer
from pydantic import BaseModel, SecretStr

from streams.cli.output import Json, emit, note, table
from streams.cli.places import read, running, with_addresses

app = typer.Typer(help="See the settings in force.", no_args_is_help=True)

_MASK = "********"
_SECRET_PARAMETERS = frozenset({"password", "sslpassword", "passfile"})


@app.command()
def show(as_json: Json = False) -> None:
    """Show every setting, the variable that sets it, and where its value comes from; secrets are masked."""
    given = read()
    addresses = running(given.data) or {}
    rows = list(_rows(with_addresses(given, addresses), given))
    if as_json:
        emit({name: {"value": value, "from": source} for name, value, source in rows})
        return
    table("", ("variable", "value", "from"), rows)
    if not addresses and not (given.kafka.bootstrap and given.postgres.dsn):
        note("no address: `handoff up` and `handoff demo` start a broker and a database on this machine")


def _rows(settings: BaseModel, given: BaseModel, prefix: str = "HANDOFF_") -> Iterator[tuple[str, str, str]]:
    for name in type(settings).model_fields:
        value, was = getattr(settings, name), getattr(given, name)
        if isinstance(value, BaseModel):
            yield from _rows(value, was, f"{prefix}{name.upper()}__")
            continue
        source = "set" if name in given.model_fields_set else "default"
        yield f"{prefix}{name.upper()}", _words(name, value), source if value == was else "handoff up"


def mask_dsn(dsn: str) -> str:
    """Return a database address without its password; what cannot be understood is masked as a whole."""
    try:
        parts = urlsplit(dsn)
        host = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
        query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        return _MASK
    # An @ or / that a password was not quoted for would show parts of it in another place.
    if parts.scheme not in ("postgresql", "postgres") or "@" in parts.path + parts.query + parts.fragment:
        return _MASK
    user = quote(parts.username or "")
    secret = f":{_MASK}" if parts.password is not None else ""
    at = "@" if parts.username is not None or secret else ""
    shown = [(name, _MASK if name in _SECRET_PARAMETERS else value) for name, value in query]
    place = f"{user}{secret}{at}{host}"
    return urlunsplit((parts.scheme, place, parts.path, urlencode(shown, safe="/*"), ""))


def _words(name: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return mask_dsn(value.get_secret_value()) if name == "dsn" else _MASK
        case timedelta():
            return f"{value.total_seconds():g} s"
        case bool():
            return str(value).lower()
        case dict() | tuple():
            # As the variable has it.
            return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value)
