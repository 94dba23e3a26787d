"""What codes mean in words: `translations.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pydantic import Field

from orchestrator.domain.context.rules import DEFAULT_LANGUAGE
from orchestrator.domain.model import Frozen, Priority, Severity

Vocabulary = Mapping[str, str]
"""Code -> words."""
_NO_WORDS: Final[Vocabulary] = MappingProxyType({})


class Translations(Frozen):
    """Words for the codes of other systems, and engineering's word for the priorities of support."""

    fields: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Field -> code -> words, in the default language."""
    languages: dict[str, dict[str, dict[str, str]]] = Field(default_factory=dict)
    """Language -> field -> code -> words, as far as they differ."""
    severities: dict[Priority, Severity] = Field(default_factory=dict)

    def vocabulary(self, field: str, language: str = DEFAULT_LANGUAGE) -> Vocabulary:
        """Return all codes of a field with their words; empty when its values are not codes.

        A code without words in `language` has those of the default language.
        """
        words = self.fields.get(field, _NO_WORDS)
        own = self.languages.get(language, {}).get(field)
        return {**words, **own} if own else words

    def severity_of(self, priority: Priority) -> Severity | None:
        """Return the severity that engineering gives to a priority of support; None: it is not decided."""
        return self.severities.get(priority)
