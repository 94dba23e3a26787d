"""`handoff knowledge`: the articles that go with packets."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from handoff_templates import load
from handoff_templates.articles import Articles, read_articles
from handoff_templates.problems import suggestion
from orchestrator.domain.knowledge import Enquiry, Found, is_old
from orchestrator.domain.policy import Rules
from orchestrator.knowledge import Library
from orchestrator.wall_clock import SystemClock
from streams.cli.errors import BadInput, WrongUsage
from streams.cli.output import Json, emit, note, out
from streams.cli.places import read
from streams.knowledge.library import folder_of
from streams.settings import Settings

app = typer.Typer(
    help="Look after the articles: guides, escalation paths, answers to known questions.",
    no_args_is_help=True,
)


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of articles; without it, the one that the settings name.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Find everything that is wrong with articles; each problem has its file and line."""
    settings = read()
    articles = _articles(settings, load(settings.templates).rules, folder)
    if articles.problems:
        count = len(articles.problems)
        raise BadInput(
            "\n".join(
                [f"{count} problem{'s' if count > 1 else ''} in the articles:", *map(str, articles.problems)]
            ),
            problems=[problem._asdict() for problem in articles.problems],
        )
    now = SystemClock().now()
    old = [a.id for a in articles.found if is_old(a.reviewed_on, now, settings.knowledge.review_every)]
    if as_json:
        emit({"problems": [], "articles": [article.id for article in articles.found], "due_for_review": old})
        return
    out().print(f"{len(articles.found)} articles, nothing wrong")
    if old:
        note(f"due for a review: {', '.join(old)}")


@app.command()
def search(
    words: Annotated[
        str, typer.Argument(help="What it is about, as a reason or a summary says it.", metavar="TEXT")
    ],
    kind: Annotated[str | None, typer.Option(help="The kind of handoff.")] = None,
    team: Annotated[str | None, typer.Option(help="The receiving team.")] = None,
    reason: Annotated[str | None, typer.Option(help="The code of the reason.")] = None,
    language: Annotated[str | None, typer.Option(help="The customer's language, such as de.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=100)] = 3,
    folder: Annotated[
        Path | None, typer.Option(help="A folder of articles; without it, the one that the settings name.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show which articles would go with a packet, and which passage of each."""
    settings = read()
    rules = load(settings.templates).rules
    _require("kind", kind, rules.kinds)
    _require("team", team, rules.teams)
    articles = _articles(settings, rules, folder)
    library = Library(articles.found, review_every=settings.knowledge.review_every)
    enquiry = Enquiry(text=words, kind=kind, team=team, reason_code=reason, language=language)
    found = library.search(enquiry, now=SystemClock().now(), limit=limit)
    if as_json:
        for each in found:
            emit(each.model_dump(mode="json"))
        return
    for each in found:
        _print(each)
    if not found:
        note(f"nothing fits, of {len(library)} articles")


def _articles(settings: Settings, rules: Rules, folder: Path | None) -> Articles:
    chosen = folder or folder_of(settings)
    if chosen is None:
        raise WrongUsage(
            "no articles: name a folder, set HANDOFF_KNOWLEDGE__FOLDER, or put a folder `knowledge` "
            "into that of the templates"
        )
    return read_articles(chosen, rules)


def _require(what: str, name: str | None, known: Collection[str]) -> None:
    if name is not None and name not in known:
        raise WrongUsage(f"unknown {what} {name!r}; {suggestion(name, known)}")


def _print(found: Found) -> None:
    reviewed = f"reviewed on {found.reviewed_on}" if found.reviewed_on else "never reviewed"
    console = out()
    console.print(Text.assemble((found.title, "bold"), f"  ({found.id})"))
    console.print(Text(f"  {found.passage}"))
    said = [f"fits by {', '.join(found.because)}", *([found.url] if found.url else [])]
    console.print(Text(f"  {'; '.join([*said, *([reviewed] if found.is_old else [])])}\n", style="dim"))
