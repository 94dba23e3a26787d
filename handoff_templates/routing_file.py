"""Reads routing.yaml."""

from __future__ import annotations

from typing import Final

from handoff_templates.form import Form
from handoff_templates.problems import Problems
from handoff_templates.yaml_source import Value
from orchestrator.domain.policy import Entitlements, Routing

FILE: Final = "routing.yaml"
_KEYS = tuple(Routing.model_fields)
_ENTITLEMENT_KEYS = tuple(Entitlements.model_fields)
_MOST_HOPS = 1_000
_DEFAULT: Final = Routing()


def read_routing(document: Value, problems: Problems) -> Routing:
    """Return what keeps cases from being tossed around; what is wrong goes to `problems`."""
    form = Form.open(document, _KEYS, FILE, problems)
    entitlements = form.value("entitlements")
    return Routing(
        hop_limit=form.whole("hop_limit", _DEFAULT.hop_limit, 1, _MOST_HOPS),
        ping_pong_within=form.duration("ping_pong_within") or _DEFAULT.ping_pong_within,
        person_only_reasons=form.names("person_only_reasons", "reason", None),
        entitlements=_entitlements(entitlements, problems) if entitlements is not None else Entitlements(),
    )


def _entitlements(value: Value, problems: Problems) -> Entitlements:
    form = Form.open(value, _ENTITLEMENT_KEYS, "'entitlements'", problems)
    default = _DEFAULT.entitlements
    return Entitlements(
        stale_after=form.duration("stale_after") or default.stale_after,
        when_unknown=form.text("when_unknown") or default.when_unknown,
        when_stale=form.text("when_stale"),
        unpaid_states=form.names("unpaid_states", "payment state", None),
        when_unpaid=form.text("when_unpaid") or default.when_unpaid,
    )
