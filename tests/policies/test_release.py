"""A release: documents that work together, or the problems that say why they do not."""

import pytest

from policies.errors import PolicyProblems
from policies.release import digest_of
from tests import factory


def codes(**edited: str) -> list[str]:
    with pytest.raises(PolicyProblems) as raised:
        factory.release(**edited)
    return [problem.code for problem in raised.value.problems]


def edited(name: str, old: str, new: str) -> dict[str, str]:
    return {name: factory.text(name, (old, new))}


@pytest.mark.parametrize("name", ["severity", "escalation", "register"])
def test_one_of_each_is_needed(name: str) -> None:
    assert codes(**{name: ""}) == ["one-of-each"]


def test_two_of_a_kind_are_too_many() -> None:
    assert codes(another=factory.text("severity", ("name: severity", "name: other"))) == [
        "one-of-each"
    ]


def test_a_report_schema_is_needed() -> None:
    assert codes(taxonomy="") == ["one-report-schema"]


def test_a_side_taxonomy_only_adds_terms() -> None:
    side = """
apiVersion: bylaw/v1
kind: Taxonomy
metadata: {name: side, version: 1.0.0, title: More, owner: x}
spec:
  terms: {causes: [{id: haste, title: Haste}]}
  moments: [{id: noticed, title: Noticed}]
"""
    release = factory.release(side=side)
    assert {"noticed", "aware"} <= set(release.moments)


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("severity", "{id: SEV3,", "{id: SEV4, title: x}\n    - {id: SEV3,",
         "severity-without-escalation"),
        ("breach", "from: aware", "from: awake", "unknown-moment"),
        ("breach", "owner: legal-counsel", "owner: legal", "unknown-role"),
        ("breach", "hours: 8, counting: elapsed", "days: 8, counting: eu-1182, calendar: ofice",
         "unknown-calendar"),
        ("taxonomy", "required: [incident, system]", "required: [system]", "report-without-title"),
        ("taxonomy", "#/$defs/impact", "#/$defs/impacts", "report-schema-unusable"),
        ("taxonomy", "#/$defs/impact", "https://example.org/impact.json", "report-schema-unusable"),
        ("taxonomy", "url: {type: string, format: uri}", "url: {type: string, pattern: '(?=a)'}",
         "report-schema-unusable"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(name: str, old: str, new: str, code: str) -> None:
    assert code in codes(**edited(name, old, new))


def test_a_problem_names_the_document_and_the_nearest_name() -> None:
    with pytest.raises(PolicyProblems) as raised:
        factory.release(**edited("breach", "from: aware", "from: awares"))
    (problem,) = raised.value.problems
    assert (problem.path, problem.hint) == (
        "ObligationPolicy/breach@1.0.0",
        "Did you mean 'aware'?",
    )


def test_the_digest_names_the_set_whatever_its_order() -> None:
    pairs = [("b", "2"), ("a", "1")]
    assert digest_of(pairs) == digest_of(reversed(pairs))


def test_another_member_gives_another_digest() -> None:
    assert factory.release().digest != factory.release(coming="").digest


def test_a_calendar_knows_its_name_and_version() -> None:
    calendar = factory.release().calendar("office")
    assert (calendar.name, calendar.version) == ("office", "1.0.0")
