from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from handoff_templates import check, load
from handoff_templates.articles import LONGEST, Articles, articles_folder, read_articles
from orchestrator.domain.knowledge import Enquiry
from orchestrator.knowledge import Library
from tests.builders import T0
from tests.unit.handoff_templates.sets import a_set

RULES = load().rules
WHOLE = """\
---
id: refunds
title: Who may promise a refund
url: https://kb.example/refunds
language: de
kinds: [support-to-billing]
reasons: [complaint, refund]
products: [Billing]
teams: [billing]
reviewed_on: 2026-03-01
---

Nobody but billing.
"""


def read(folder: Path, **files: str | bytes) -> Articles:
    """Read a folder of these files; `__` in a name stands for a folder."""
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_articles(folder, RULES)


def problems(articles: Articles) -> list[str]:
    return list(map(str, articles.problems))


def with_front(**lines: str) -> str:
    front = "\n".join(f"{key}: {value}" for key, value in ({"title": "A title"} | lines).items())
    return f"---\n{front}\n---\nSome text.\n"


def test_an_article_is_read_with_all_that_it_says_of_itself(tmp_path: Path) -> None:
    (article,) = read(tmp_path, billing__guide=WHOLE).found
    assert (article.id, article.title, article.language) == ("refunds", "Who may promise a refund", "de")
    assert (article.url, article.body) == ("https://kb.example/refunds", "Nobody but billing.")
    assert (article.kinds, article.reasons) == (("support-to-billing",), ("complaint", "refund"))
    assert (article.products, article.teams) == (("Billing",), ("billing",))
    assert article.reviewed_on == date(2026, 3, 1)


def test_an_article_needs_a_title_and_a_text_and_its_file_names_it(tmp_path: Path) -> None:
    articles = read(tmp_path, refunds="---\r\ntitle: Refunds\r\n---\r\nText.\r\n")
    assert articles.problems == []
    assert [(article.id, article.body, article.language) for article in articles.found] == [
        ("refunds", "Text.", "en")
    ]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ({"kinds": "[suport-to-billing]"}, "a.md:3:9: unknown kind 'suport-to-billing'; did you mean "),
        ({"teams": "[billing, fone]"}, "a.md:3:18: unknown team 'fone'; did you mean 'phone'?"),
        ({"reasons": "[refund, complaimt]"}, "a.md:3:19: unknown reason 'complaimt'; did you mean "),
        ({"reviewed_on": "soon"}, "a.md:3:14: 'reviewed_on' is not a date; write one such as 2026-03-31"),
        ({"url": "javascript:alert(1)"}, "a.md:3:6: 'url' is not an address that begins with https://"),
        ({"language": "Deutsch"}, "a.md:3:11: 'language' is not a code such as en or de; correct it"),
        ({"titel": "x"}, "a.md:3:1: unknown key of an article 'titel'; did you mean 'title'?"),
        ({"id": "Two Words"}, "a.md:3:5: article 'Two Words' is not a plain name; write small letters"),
    ],
)
def test_what_is_wrong_beside_title_and_text_keeps_no_article_out(
    tmp_path: Path, lines: dict[str, str], problem: str
) -> None:
    articles = read(tmp_path, a=with_front(**lines))
    assert len(articles.found) == 1
    (told,) = problems(articles)
    assert told.startswith(problem)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("Just text.", "a.md:1:1: there is nothing in front of the text; begin with lines of ---"),
        ("---\ntitle: X\nnever closed", "a.md:1:1: there is nothing in front of the text"),
        ("", "a.md:1:1: there is nothing in front of the text"),
        ("---\ntitle: [\n---\nText.", "a.md:2:9: not YAML"),
        ("---\n---\nText.", "a.md:1:1: the file is empty"),
        ("---\nid: a\n---\nText.", "a.md:2:1: an article has no 'title'; add it"),
        ("---\ntitle: X\n---\n\n", "a.md:5:1: the article has no text; write it below the second ---"),
        (f"---\ntitle: {'x' * 201}\n---\nText.", "a.md:2:8: the title is not one line of at most 200"),
        (b"x" * (LONGEST + 1), "a.md:1:1: the article is longer than 256 KiB; cut it in two"),
    ],
)
def test_an_article_that_cannot_be_used_is_told_and_keeps_no_other_out(
    tmp_path: Path, content: str | bytes, problem: str
) -> None:
    articles = read(tmp_path, a=content, b=WHOLE)
    assert [article.id for article in articles.found] == ["refunds"]
    (told,) = problems(articles)
    assert told.startswith(problem)


def test_of_two_articles_with_one_id_the_first_is_kept(tmp_path: Path) -> None:
    articles = read(tmp_path, a=with_front(id="x"), b__x=with_front())
    assert len(articles.found) == 1
    assert problems(articles) == ["b/x.md:1:1: the id 'x' is that of a.md too; give one of them another 'id'"]


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    articles = read(tmp_path, a=b"---\ntitle: X\n---\nfine\n\xff\n")
    assert problems(articles) == ["a.md:5:1: not UTF-8; save the file as UTF-8"]
    assert len(articles.found) == 1


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "there is no such folder" in problems(read_articles(tmp_path / "none", RULES))[0]


def test_drafts_and_hidden_files_are_no_articles(tmp_path: Path) -> None:
    assert read(tmp_path, _draft="x", **{".hidden": "x", "_old__a": "x"}) == Articles((), [])


def test_a_reason_that_no_rule_names_is_the_channels_own(tmp_path: Path) -> None:
    assert read(tmp_path, a=with_front(reasons="[double-charge]")).problems == []


def test_the_folder_of_articles_is_no_kind_of_handoff(tmp_path: Path) -> None:
    folder = a_set(tmp_path)
    read(folder / "knowledge", a=WHOLE)
    assert articles_folder(folder) == folder / "knowledge"
    assert check(folder) == []


# The articles that come with the package


def test_the_packaged_articles_have_no_problem_and_cover_every_kind() -> None:
    articles = read_articles(articles_folder(None), RULES)
    assert articles.problems == []
    assert len(articles.found) >= 12
    assert {kind for article in articles.found for kind in article.kinds} == set(RULES.kinds)
    assert {reason for article in articles.found for reason in article.reasons} >= set(
        RULES.routing.person_only_reasons
    )


@pytest.mark.parametrize(
    ("text", "language", "id"),
    [
        ("Invoice 4417 was charged twice", "en", "charged-twice"),
        ("The reset mail never arrives", "en", "password-reset-mail-missing"),
        ("The export stops at about 90 % every time", "en", "exports-that-stop"),
        ("We have paid, but the app still says past due and locks us out", "en", "past-due-and-grace"),
        ("Trotz Zahlung kam eine Mahnung", "de", "rechnung-und-mahnung"),
        ("every second API call is answered with 403", None, "logs-worth-attaching"),
    ],
)
def test_the_packaged_articles_answer_what_customers_ask(text: str, language: str | None, id: str) -> None:
    library = Library(read_articles(articles_folder(None), RULES).found)
    found = library.search(Enquiry(text=text, language=language), now=T0)
    assert found[0].id == id
