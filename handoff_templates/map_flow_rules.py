"""What makes no sense in a flow, though each of its keys does."""

from __future__ import annotations

from handoff_templates import durations
from handoff_templates.form import Form
from handoff_templates.problems import Problems
from orchestrator.domain.integration_map.model import Flow
from orchestrator.domain.integration_map.words import Timing

_RUNS = (Timing.SCHEDULED, Timing.MANUAL)


def check_flow(flow: Flow, form: Form, problems: Problems) -> None:
    """Note what of a flow contradicts itself."""
    if flow.source and flow.source == flow.destination:
        problems.add(form.at("destination"), f"flow {flow.id!r} ends where it begins; name another system")
    _check_direction(flow, form, problems)
    _check_every(flow, form, problems)
    _check_limits(flow, form, problems)
    if form.value("data") is not None and not flow.data:
        problems.add(form.at("data"), f"flow {flow.id!r} moves no data; say what it moves")


def _check_direction(flow: Flow, form: Form, problems: Problems) -> None:
    if flow.is_two_way and form.value("reason") is None:
        problems.add(
            form.at("direction"),
            f"flow {flow.id!r} is two-way without a 'reason'; say why both sides have to write, or make it "
            "one-way, which cannot make two systems overwrite each other",
        )
    if not flow.is_two_way and flow.reason is not None:
        problems.add(
            form.at("reason"),
            f"'reason' says why a flow is two-way, and {flow.id!r} is one-way; add 'direction: two-way', or "
            "take the reason away",
        )


def _check_every(flow: Flow, form: Form, problems: Problems) -> None:
    if flow.every is not None and flow.timing not in _RUNS:
        problems.add(
            form.at("every"),
            f"flow {flow.id!r} is {flow.timing}; 'every' is for scheduled and manual flows: take it away",
        )
    if flow.every is None and flow.timing is Timing.SCHEDULED:
        problems.add(
            form.at("timing"), f"flow {flow.id!r} is scheduled; say with 'every' how often, such as 24h"
        )


def _check_limits(flow: Flow, form: Form, problems: Problems) -> None:
    warn, error, every = flow.warn_after, flow.error_after, flow.every
    if warn is not None and error is not None and error <= warn:
        problems.add(
            form.at("error_after"),
            f"'error_after' {durations.write(error)} does not come after 'warn_after' "
            f"{durations.write(warn)}; make it longer, so that somebody is warned first",
        )
    limit = warn if warn is not None else error
    if limit is not None and every is not None and limit <= every:
        key = "warn_after" if warn is not None else "error_after"
        problems.add(
            form.at(key),
            f"{key!r} {durations.write(limit)} is over before the flow runs again after "
            f"{durations.write(every)}; make it longer than 'every'",
        )
    if flow.keeps is not None and warn is not None and flow.keeps <= warn:
        problems.add(
            form.at("keeps"),
            f"'keeps' {durations.write(flow.keeps)} is no longer than 'warn_after' {durations.write(warn)}; "
            "take it away",
        )
    limits = (("warn_after", warn), ("error_after", error), ("keeps", flow.keeps))
    for key, each in limits:
        if each is not None and not flow.feeds:
            problems.add(
                form.at(key),
                f"flow {flow.id!r} feeds no field, so nothing of it is watched; add 'feeds', or take "
                f"{key!r} away",
            )
