"""Reads the checklist of a kind: what must be known or done before, during and after."""

from __future__ import annotations

from handoff_templates.form import Form, sequence, text
from handoff_templates.known import Known
from handoff_templates.naming import require_slug
from handoff_templates.problems import Problems
from handoff_templates.yaml_source import Value
from orchestrator.domain.checklist import FACTS, ChecklistItem, Stage
from orchestrator.domain.context.subjects import MANY
from orchestrator.domain.field_condition import condition_of

_SEVERAL = frozenset(subject.value for subject in MANY)
"""Subjects of which a customer has several, so that it is not clear whose field is asked for."""
_STAGES = tuple(stage.value for stage in Stage)
_KEYS = ("id", "text", "required", "filled_by")


def read_checklist(value: Value, known: Known, problems: Problems) -> tuple[ChecklistItem, ...]:
    """Return the items, stage by stage; one in error is left out."""
    form = Form.open(value, _STAGES, "'checklist'", problems)
    lines: dict[str, int] = {}
    items: list[ChecklistItem] = []
    for stage in _STAGES:
        rows = form.value(stage)
        for row in sequence(rows, stage, problems) if rows is not None else ():
            item = _item(row, stage, lines, known, problems)
            if item is not None:
                items.append(item)
    return tuple(items)


def _item(
    row: Value, stage: str, lines: dict[str, int], known: Known, problems: Problems
) -> ChecklistItem | None:
    form = Form.open(row, _KEYS, "a checklist item", problems)
    form.required("id", "a checklist item")
    form.required("text", "a checklist item")
    id, words = form.text("id"), form.text("text")
    required = form.flag("required", True)
    filled_by = _filled_by(form, stage, known, problems)
    if id is None or words is None:
        return None
    place = form.at("id")
    require_slug(id, "item", place, problems)
    if id in lines:
        problems.add(place, f"duplicate item {id!r}, first on line {lines[id]}; give it another id")
        return None
    lines[id] = place.line
    return ChecklistItem.model_validate(
        {"id": id, "stage": stage, "text": words, "required": required, "filled_by": filled_by}
    )


def _filled_by(form: Form, stage: str, known: Known, problems: Problems) -> str | None:
    value = form.value("filled_by")
    written = text(value, "'filled_by'", problems) if value is not None else None
    if value is None or written is None:
        return None
    if stage == Stage.AFTER:
        problems.add(
            value.place, "nothing fills an item of 'after' in, which the receiver sees to; remove it"
        )
        return None
    if "." not in written and " " not in written:
        if written not in FACTS:
            problems.unknown(value.place, "fact", written, FACTS)
            return None
        return written
    try:
        field = condition_of(written).field
    except ValueError as error:
        problems.add(value.place, str(error))
        return None
    of_one = [each for each in known.fields or () if each.partition(".")[0] not in _SEVERAL]
    if known.fields is not None and field not in of_one:
        problems.unknown(value.place, "field", field, of_one)
        return None
    return written
