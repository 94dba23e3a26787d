"""Reads the checklist of a kind: what must be known or done before, during and after."""

from __future__ import annotations

from typing import get_args

from handoff_templates.form import Form, sequence
from handoff_templates.naming import require_slug
from handoff_templates.problems import Problems
from handoff_templates.yaml_source import Value
from orchestrator.domain.checklist import ChecklistItem, Fact, Stage

FACTS: tuple[str, ...] = get_args(Fact)
_STAGES = tuple(stage.value for stage in Stage)
_KEYS = ("id", "text", "required", "filled_by")


def read_checklist(value: Value, problems: Problems) -> tuple[ChecklistItem, ...]:
    """Return the items, stage by stage; one in error is left out."""
    form = Form.open(value, _STAGES, "'checklist'", problems)
    lines: dict[str, int] = {}
    items: list[ChecklistItem] = []
    for stage in _STAGES:
        rows = form.value(stage)
        for row in sequence(rows, stage, problems) if rows is not None else ():
            item = _item(row, stage, lines, problems)
            if item is not None:
                items.append(item)
    return tuple(items)


def _item(row: Value, stage: str, lines: dict[str, int], problems: Problems) -> ChecklistItem | None:
    form = Form.open(row, _KEYS, "a checklist item", problems)
    form.required("id", "a checklist item")
    form.required("text", "a checklist item")
    id, text = form.text("id"), form.text("text")
    required = form.flag("required", True)
    filled_by = form.name("filled_by", "fact", FACTS)
    if id is None or text is None:
        return None
    place = form.at("id")
    require_slug(id, "item", place, problems)
    if id in lines:
        problems.add(place, f"duplicate item {id!r}, first on line {lines[id]}; give it another id")
        return None
    lines[id] = place.line
    return ChecklistItem.model_validate(
        {"id": id, "stage": stage, "text": text, "required": required, "filled_by": filled_by}
    )
