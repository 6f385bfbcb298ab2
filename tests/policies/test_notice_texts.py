"""Filling a notice: what a reader of it sees."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies import notice_texts
from policies.documents import notice_template
from policies.documents.notice_template import NoticeTemplate
from policies.notice_texts import Notice, render
from tests.policies import response

FACTS = {
    "incident": {"title": "Leak"},
    "moments": {"aware": "2026-11-24T13:20:00.000000Z"},
    "harms": ["serious_injury", "privacy"],
    "impact": {"people_affected": 12},
}


def template(body: str) -> NoticeTemplate:
    spec = {"purpose": "internal_notice", "language": "en", "subject": "S", "body": body}
    made, problems = notice_template.parse(spec)
    assert made is not None, problems
    return made


def body(written: str, **facts: Any) -> str:
    return render(template(written), facts, {}).body


def test_a_notice_is_its_template_with_the_facts() -> None:
    notice = render(response.document("notice").spec, FACTS, {"reference": "INC-1"})
    assert notice == Notice(
        "INC-1: Leak",
        "Aware since 2026-11-24 14:20 Europe/Brussels (13:20 UTC).\n"
        "Harms:\n- serious injury\n- privacy\nPeople: 12\nLiteral {{ and {single} braces.\n",
        (),
    )


def test_a_missing_fact_is_said_and_listed() -> None:
    facts = {**FACTS, "impact": {"people_affected": "unknown"}}
    notice = render(response.document("notice").spec, facts, {})
    assert "People: (to follow)\n" in notice.body
    assert notice.missing == ("impact.people_affected", "reference")


@pytest.mark.parametrize(
    ("written", "value", "shown"),
    [
        ("{{ a }}", True, "yes"),
        ("{{ a }}", False, "no"),
        ("{{ a }}", 3.5, "3.5"),
        ("{{ a }}", ["x", "y"], "x, y"),
        ("{{ a }}", [], "—"),
        ("{{ a }}", {"b": 1, "c": "d"}, "b: 1; c: d"),
        ("{{ a | list }}", "x", "- x"),
        ("{{ a | list }}", [], "—"),
        ("{{ a | words }}", "no_idea", "no idea"),
        ("{{ a | words }}", 7, "7"),
        ("{{a|words|list}}", ["a_b"], "- a b"),
        ("{{ a | instant }}", "2026-11-24T14:20:00+01:00", "2026-11-24 13:20 UTC"),
        ("{{ a | instant }}", "some day", "some day"),
        ("{{ a }}", datetime(2026, 11, 24, 13, 20, tzinfo=UTC), "2026-11-24 13:20 UTC"),
        ("{{ a | instant Asia/Tokyo }}", "2026-11-24T20:00:00Z",
         "2026-11-25 05:00 Asia/Tokyo (2026-11-24 20:00 UTC)"),
        ("{{ '}}' }}{{ \"{{\" }}", 1, "}}{{"),
    ],
)  # fmt: skip
def test_a_value_reads_as_plain_text(written: str, value: Any, shown: str) -> None:
    assert body(written, a=value) == shown


@given(st.text() | st.sampled_from(["{{ secret }}", "{{", "}}", "{{ '{{' }}", "%s", "{secret}"]))
def test_no_fact_can_bring_a_placeholder(text: str) -> None:
    shown = body("<{{ a }}>", a=text, secret="HIDDEN")
    assert "HIDDEN" not in shown.replace(text, "")


def test_a_fact_cannot_break_the_subject_into_lines() -> None:
    facts = {**FACTS, "incident": {"title": "Leak\r\nBcc: all@example.org"}}
    notice = render(response.document("notice").spec, facts, {"reference": "INC-1"})
    assert notice.subject == "INC-1: Leak Bcc: all@example.org"


def test_characters_that_nobody_sees_are_left_out() -> None:
    assert body("{{ a }}", a="a\u202eb\x00c\td\ne") == "abc\td\ne"


def test_what_the_service_knows_goes_before_a_fact_of_that_name() -> None:
    notice = render(template("{{ severity.level }}"), {"severity": {"level": "SEV4"}},
                    {"severity": {"level": "SEV1"}})  # fmt: skip
    assert notice.body == "SEV1"


def test_each_placeholder_says_where_it_stands() -> None:
    (first, second, *_) = notice_template.placeholders(response.document("notice").spec)
    assert (first.path, first.pointer, first.offset) == ("reference", "/spec/subject", 0)
    assert (second.path, second.pointer, second.offset) == ("incident.title", "/spec/subject", 17)


def test_a_filter_stands_with_its_argument() -> None:
    (found,) = notice_template.placeholders(template("{{ a | instant UTC }}"))
    assert [(each.name, each.argument) for each in found.filters] == [("instant", "UTC")]


# --- what a text says ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text", "stands"),
    [
        (40, "We know of 40 people.", True),
        (40, "We know of 400 people.", False),
        (40, "We know of 1.40 people.", False),
        (["privacy", "serious_injury"], "Privacy; serious injury", True),
        (["privacy", "serious_injury"], "privacy", False),
        ([], "privacy", False),
        ("2026-11-24T13:20:00Z", "On 2026-11-24 13:20 UTC", True),
        ("2026-11-24T13:20:00Z", "On 2026-11-24 14:20 Europe/Brussels (13:20 UTC)", True),
        ("2026-11-24T13:20:00Z", "On 2026-11-24 13:21 UTC", False),
        ("The answer\nwas false.", "the ANSWER was  false.", True),
        ("The answer was false.", "The answer was wrong.", False),
        ({"a": "one", "b": 2}, "one and 2", True),
        (True, "yes", False),
        (None, "", False),
    ],
)
def test_a_text_says_a_fact_as_a_placeholder_would(value: Any, text: str, stands: bool) -> None:
    assert notice_texts.stands_in(value, text) is stands


@given(st.integers(0, 10**9) | st.lists(st.sampled_from(["a_b", "c"]), min_size=1))
def test_what_a_placeholder_writes_stands_in_the_text(value: Any) -> None:
    written = render(template("It: {{ x | words }}."), {"x": value}, {}).body
    assert notice_texts.stands_in(value, written.replace(".", " "))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2026-11-24T13:20:00.000000Z", "2026-11-24 13:20 UTC"),
        (["serious_injury", "other"], "serious injury, other"),
        ("a follow-up", "a follow-up"),
        (False, "no"),
        ("unknown", ""),
    ],
)
def test_a_fact_is_said_without_filters_of_its_own(value: Any, said: str) -> None:
    assert notice_texts.said({"x": value}, "x") == said
