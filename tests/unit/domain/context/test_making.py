from __future__ import annotations

import copy
import pickle

import pytest
from pydantic import ValidationError

from orchestrator.domain.context.making import make
from orchestrator.domain.context.shown import Mark

VALUES = {"code": "low-nps", "text": "NPS 3", "name": "nps.score", "is_stale": False}


def test_a_made_model_is_as_a_validated_one() -> None:
    made, validated = make(Mark, dict(VALUES)), Mark.model_validate(VALUES)
    assert made == validated
    assert hash(made) == hash(validated)
    assert repr(made) == repr(validated)
    assert made.model_dump_json(exclude_unset=True) == validated.model_dump_json(exclude_unset=True)
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == validated


def test_a_made_model_is_frozen_and_a_copy_leaves_it_as_it_is() -> None:
    made = make(Mark, dict(VALUES))
    with pytest.raises(ValidationError, match="Instance is frozen"):
        made.text = "NPS 9"  # type: ignore[misc]
    assert made.model_copy(update={"text": "NPS 9"}).text == "NPS 9"
    assert made.text == "NPS 3"
    assert make(Mark, dict(VALUES)).model_fields_set == set(VALUES)
