"""Reads context.yaml.

The fields that it adds are read first, since translations.yaml may use them; the rest uses the codes that are
in there.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from handoff_templates.field_names import is_new, read_names
from handoff_templates.form import Form, mapping, sequence
from handoff_templates.problems import Problems
from handoff_templates.yaml_source import Value
from orchestrator.domain.context.rules import DEFAULT_LANGUAGE, ContextRules, MarkRules, TeamContext
from orchestrator.domain.context.subjects import CATALOGUE, TYPE_WORDS, FieldSpec
from orchestrator.domain.context.translations import Translations

FILE: Final = "context.yaml"
_KEYS = ("own_fields", "fields", "teams", "marks", "issues", "interactions")
_OWN_FIELD_KEYS = ("type", "label", "personal")
_TEAM_KEYS = tuple(TeamContext.model_fields)
_MARK_KEYS = tuple(MarkRules.model_fields)
_MOST_SHOWN = 10
_DEFAULT: Final = ContextRules()


class Others(NamedTuple):
    """What the other files of a set say."""

    teams: Collection[str] | None
    """None when they could not be read: then no team is checked."""
    translations: Translations


def read_own_fields(document: Value, problems: Problems) -> dict[str, FieldSpec]:
    """Return the fields that a set adds to the catalogue."""
    value = Form.open(document, _KEYS, FILE, problems).value("own_fields")
    own: dict[str, FieldSpec] = {}
    for field, entry in mapping(value, "'own_fields'", problems).items() if value is not None else ():
        form = Form.open(entry.value, _OWN_FIELD_KEYS, f"field {field!r}", problems)
        form.required("label", f"field {field!r}")
        if is_new(field, entry.key, problems):
            own[field] = FieldSpec.model_validate(
                {
                    "type": form.name("type", "type", TYPE_WORDS) or "text",
                    "label": form.text("label") or field,
                    "is_personal": form.flag("personal", False),
                }
            )
    return own


def read_context(
    document: Value, own_fields: dict[str, FieldSpec], others: Others, problems: Problems
) -> ContextRules:
    """Return what each team sees, and what makes a customer stand out."""
    form = Form.open(document, _KEYS, FILE, problems)
    if isinstance(document.data, dict):
        form.required("fields", FILE)
    base = _fields(form, "fields", own_fields, problems)
    marks, issues, interactions = form.value("marks"), form.value("issues"), form.value("interactions")
    issues_shown, closed_states = _DEFAULT.issues_shown, _DEFAULT.closed_states
    if issues is not None:
        issue_form = Form.open(issues, ("shown", "closed_states"), "'issues'", problems)
        issues_shown = issue_form.whole("shown", issues_shown, 1, _MOST_SHOWN)
        closed_states = _codes(issue_form, "closed_states", "issue.status", others, problems)
    interactions_shown = _DEFAULT.interactions_shown
    if interactions is not None:
        interaction_form = Form.open(interactions, ("shown",), "'interactions'", problems)
        interactions_shown = interaction_form.whole("shown", interactions_shown, 1, _MOST_SHOWN)
    return ContextRules(
        fields=base,
        teams=_teams(form.value("teams"), base, own_fields, others, problems),
        own_fields=own_fields,
        marks=_marks(marks, others, problems) if marks is not None else _DEFAULT.marks,
        issues_shown=issues_shown,
        interactions_shown=interactions_shown,
        closed_states=closed_states,
    )


def _fields(form: Form, key: str, own_fields: dict[str, FieldSpec], problems: Problems) -> tuple[str, ...]:
    value = form.value(key)
    if value is None:
        return ()
    return read_names(sequence(value, key, problems), "field", own_fields, problems)


def _teams(
    value: Value | None,
    base: tuple[str, ...],
    own_fields: dict[str, FieldSpec],
    others: Others,
    problems: Problems,
) -> dict[str, TeamContext]:
    teams: dict[str, TeamContext] = {}
    if value is None:
        return teams
    languages = (DEFAULT_LANGUAGE, *others.translations.languages)
    for team, entry in mapping(value, "'teams'", problems).items():
        if others.teams is not None and team not in others.teams:
            problems.unknown(entry.key, "team", team, others.teams)
            continue
        form = Form.open(entry.value, _TEAM_KEYS, f"team {team!r}", problems)
        found = TeamContext(
            add=_fields(form, "add", own_fields, problems),
            remove=_fields(form, "remove", own_fields, problems),
            personal=_fields(form, "personal", own_fields, problems),
            language=form.name("language", "language", languages) or DEFAULT_LANGUAGE,
        )
        _check_team(team, found, form, base, own_fields, problems)
        teams[team] = found
    return teams


def _check_team(
    team: str,
    found: TeamContext,
    form: Form,
    base: tuple[str, ...],
    own_fields: dict[str, FieldSpec],
    problems: Problems,
) -> None:
    """Note what has no effect, or would show who a person is by mistake."""
    personal = {field for field, spec in (CATALOGUE | own_fields).items() if spec.is_personal}
    for field in found.add:
        if field in base:
            problems.add(form.at("add"), f"every team sees {field!r}; take it away here")
        elif field in personal and field not in found.personal:
            problems.add(form.at("add"), f"{field!r} is personal; list it under 'personal' instead")
    for field in found.remove:
        if field not in base:
            problems.add(form.at("remove"), f"{team!r} does not see {field!r} anyway; take it away here")
    for field in found.personal:
        if field not in personal:
            problems.add(form.at("personal"), f"{field!r} is not personal; list it under 'add' instead")
        elif field in found.remove:
            problems.add(form.at("remove"), f"{field!r} stands under 'personal' too; keep one of the two")


def _marks(value: Value, others: Others, problems: Problems) -> MarkRules:
    form = Form.open(value, _MARK_KEYS, "'marks'", problems)
    default = _DEFAULT.marks
    return MarkRules(
        first_days=form.duration("first_days") or default.first_days,
        renewal_within=form.duration("renewal_within") or default.renewal_within,
        usage_drop=form.whole("usage_drop", default.usage_drop, 1, 100),
        low_nps=form.whole("low_nps", default.low_nps, 0, 10),
        failed_states=_codes(form, "failed_states", "billing.payment_state", others, problems),
        at_risk_states=_codes(form, "at_risk_states", "account.renewal_risk", others, problems),
    )


def _codes(form: Form, key: str, field: str, others: Others, problems: Problems) -> tuple[str, ...]:
    """Return codes of a field; when translations.yaml has codes of it, they must be among those."""
    return form.names(key, f"code of {field!r}", others.translations.vocabulary(field) or None)
