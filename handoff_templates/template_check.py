"""Finds what is wrong with templates before a handoff needs them: each words two sample requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from handoff_templates.environments import MarkdownText, PlainLines
from handoff_templates.folder import SHARED
from handoff_templates.problems import Place, Problems, suggestion
from handoff_templates.samples import sample_facts
from handoff_templates.template_lint import TemplateFile, place_in
from handoff_templates.texts import SCRIPTS, SPOKEN, TEXTS, variant_of
from handoff_templates.words import TemplateWords
from orchestrator.domain.policy import Kind, Team


def check_templates(
    sources: Mapping[str, str], kinds: Iterable[Kind], teams: Mapping[str, Team], problems: Problems
) -> TemplateWords:
    """Return the words of every kind whose templates are sound; the others are in `problems`.

    Args:
        sources: path -> template.
        kinds: those that were read from their `handoff.yaml`.
        teams: for the names of teams.
        problems: takes what is wrong.
    """
    kinds = list(kinds)
    complete = [kind for kind in kinds if _has_all_texts(kind.name, sources, problems)]
    for folder in (*(kind.name for kind in kinds), SHARED):
        _check_variants(folder, sources, problems)
    unsound = _lint(sources, complete, teams, problems)
    usable = [kind for kind in complete if not unsound & {kind.name, SHARED}]
    words = TemplateWords(sources, [kind.name for kind in usable], teams)
    for kind in usable:
        for facts in sample_facts(kind):
            for error in words.failures(kind.name, facts):
                place = place_in(sources.get(error.file, ""), error.file, error.line, error.reason)
                problems.add(place, f"{error.reason} (rendering a sample request)")
    return words


def _has_all_texts(kind: str, sources: Mapping[str, str], problems: Problems) -> bool:
    mine = [path.removeprefix(f"{kind}/") for path in sources if path.startswith(f"{kind}/")]
    lost = [text for text in TEXTS if text not in mine]
    spare = [path for path in mine if path not in TEXTS]
    for text in lost:
        advice = suggestion(text, spare) if spare else "copy it from another kind"
        problems.add(Place(f"{kind}/{text}"), f"the file is missing; {advice}")
    return not lost


def _check_variants(folder: str, sources: Mapping[str, str], problems: Problems) -> None:
    """Note each file that looks like a text in another language, and would never be said."""
    mine = [path.removeprefix(f"{folder}/") for path in sources if path.startswith(f"{folder}/")]
    for file in mine:
        variant, place = variant_of(file), Place(f"{folder}/{file}")
        if variant is None:
            continue
        if variant.text not in SPOKEN:
            name = variant.text.partition(".")[0]
            hint = suggestion(name, (text.partition(".")[0] for text in SPOKEN))
            if hint.startswith("did you mean"):  # any other may be what a template includes
                problems.add(place, f"nothing that is said to a customer is called {name!r}; {hint}")
        elif not variant.is_language:
            problems.add(
                place, f"{variant.language!r} is no language; write it in lower case, such as de or pt-br"
            )
        elif folder != SHARED and variant.text not in mine:
            problems.add(
                place,
                f"there is no {variant.text} beside it, for customers of other languages; "
                f"{'copy the one of _shared' if variant.text in SCRIPTS else 'add it'}",
            )


def _lint(
    sources: Mapping[str, str], kinds: list[Kind], teams: Mapping[str, Team], problems: Problems
) -> set[str]:
    """Return the first folders of the templates that cannot be used."""
    environments = (MarkdownText(sources, teams), PlainLines(sources, teams))
    files = [TemplateFile(path, text, environments[_is_plain(path)]) for path, text in sources.items()]
    unsound = {file.path for file in files if not file.parse(problems)}
    known = {name for file in files for name in file.names_given()}
    if kinds:
        known |= sample_facts(kinds[0])[0].keys()
        unsound |= {file.path for file in files if not file.check_names(known, sources, problems)}
    return {path.split("/")[0] for path in unsound}


def _is_plain(path: str) -> bool:
    return path.endswith(".txt.j2")
