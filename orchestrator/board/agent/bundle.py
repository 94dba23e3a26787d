"""What a packet tells of a customer, as its reader reads it.

Labels and marks are ours and in the catalogue, words for codes are in `translations.yaml`; whatever else a
packet says was written when it was made, for the team that it went to, and stays as it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from orchestrator.board.agent.marks import mark_text
from orchestrator.board.look.catalogue import gettext
from orchestrator.board.look.labels import labels
from orchestrator.domain.context.shown import Bundle, BundleField
from orchestrator.domain.context.subjects import CATALOGUE
from orchestrator.domain.context.translations import Translations

_BETWEEN: Final = ", "
"""Stands between the codes of a list."""


def in_language(bundle: Bundle, language: str, translations: Translations, *, now: datetime) -> Bundle:
    """Return a bundle whose labels, codes and marks are in a language; what has no words there stays."""
    names = labels(language).field
    fields = tuple(
        each.model_copy(
            update={
                "label": names.get(each.name, each.label),
                "value": _value(each, language, translations),
            }
        )
        for each in bundle.fields
    )
    values = {each.name: each.value for each in fields}
    conflicts = tuple(
        each.model_copy(update={"label": names.get(each.name, each.label)}) for each in bundle.conflicts
    )
    marks = tuple(
        each.model_copy(update={"text": mark_text(each, values.get(each.name), language, now=now)})
        for each in bundle.marks
    )
    return bundle.model_copy(update={"fields": fields, "conflicts": conflicts, "marks": marks})


def _value(field: BundleField, language: str, translations: Translations) -> str | None:
    vocabulary = translations.vocabulary(field.name, language)
    if field.code is not None and vocabulary:
        codes = [field.code] if field.code in vocabulary else field.code.split(_BETWEEN)
        return _BETWEEN.join(vocabulary.get(code, code) for code in codes)
    spec = CATALOGUE.get(field.name)
    if spec is not None and spec.type == "flag":
        _ = gettext(language)
        return {"yes": _("yes"), "no": _("no")}.get(field.value or "", field.value)
    return field.value
