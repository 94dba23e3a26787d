"""Names of context fields as the files of a set write them: `billing.payment_state`."""

from __future__ import annotations

from collections.abc import Collection

from handoff_templates.form import text
from handoff_templates.problems import Place, Problems
from handoff_templates.yaml_source import Value
from orchestrator.domain.context.subjects import CATALOGUE, Subject

_SUBJECTS = tuple(subject.value for subject in Subject)


def is_known(name: str, place: Place, own: Collection[str], problems: Problems) -> bool:
    """Whether there is such a field, in the catalogue or among a set's own; note it when there is none."""
    if name in CATALOGUE or name in own:
        return True
    problems.unknown(place, "field", name, (*CATALOGUE, *own))
    return False


def read_names(items: list[Value], what: str, own: Collection[str], problems: Problems) -> tuple[str, ...]:
    """Return the fields of a list, each once."""
    names: dict[str, Place] = {}
    for item in items:
        name = text(item, what, problems)
        if name is None or not is_known(name, item.place, own, problems):
            continue
        if name in names:
            problems.add(item.place, f"{name!r} is listed twice, first on line {names[name].line}; keep one")
        names.setdefault(name, item.place)
    return tuple(names)


def is_new(name: str, place: Place, problems: Problems) -> bool:
    """Whether `name` can be a field of the set's own; note why not."""
    subject, _, rest = name.partition(".")
    if name in CATALOGUE:
        problems.add(place, f"{name!r} is a field that everyone knows; take it away here")
    elif subject not in _SUBJECTS:
        problems.unknown(place, "subject", subject, _SUBJECTS)
    elif not rest.replace("_", "").isalnum() or not rest.isascii() or rest != rest.lower():
        problems.add(place, f"{name!r} is not a field; write SUBJECT.name, in small letters, digits and _")
    else:
        return True
    return False
