from __future__ import annotations

import re
from pathlib import Path

from orchestrator.domain.context.subjects import CATALOGUE, MANY, Subject, field_name

GUIDE = Path(__file__).parents[4] / "docs" / "context.md"


def test_the_guide_names_every_field_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (`.*) \|$", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    told = {
        field_name(Subject(subject), name): "personal" in fields.partition(f"`{name}`")[0]
        for subject, fields in rows
        if subject in set(Subject)
        for name in re.findall(r"`(\w+)`", fields)
    }
    assert told == {field: spec.is_personal for field, spec in CATALOGUE.items()}


def test_a_label_is_used_once_among_what_stands_side_by_side() -> None:
    labels = [spec.label for field, spec in CATALOGUE.items() if field.partition(".")[0] not in MANY]
    assert len(labels) == len(set(labels))
