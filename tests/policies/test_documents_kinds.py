"""The checks of meaning of each kind: an edit of a good file, and what is said about it."""

import pytest

from policies import documents
from policies.documents.obligation_policy import reminder
from tests import factory

Case = tuple[str, str, str, str, str]

CASES: list[Case] = [  # file, old, new, code, pointer
    # severity
    ("severity", "default: SEV3", "default: SEV9", "unknown-level", "/spec/default"),
    ("severity", "level: SEV2", "level: SEV-2", "unknown-level", "/spec/rules/2/level"),
    ("severity", "when: {harms: {includes: death}}", "when: {}", "schema-minProperties",
     "/spec/rules/0/when"),
    ("severity", "includes: death", "contains: death", "unknown-operator",
     "/spec/rules/0/when/harms/contains"),
    ("severity", "ignore", "guess", "unknown-value", "/spec/when_undetermined"),
    # escalation
    ("escalation", "lead: responder", "lead: responders", "unknown-role",
     "/spec/levels/SEV3/lead"),
    ("escalation", "notify: [vacant]", "notify: [vacent]", "unknown-role",
     "/spec/levels/SEV1/steps/1/notify/0"),
    ("escalation", "after: P1D", "after: PT20M", "steps-out-of-order", "/spec/levels/SEV1/steps"),
    ("escalation", "responder@example.org", "nobody", "schema-pattern",
     "/spec/roles/0/contacts/0/to"),
    # obligations
    ("breach", "hours: 8, counting: elapsed", "hours: 8, counting: elapse",
     "unknown-counting-rule", "/spec/duties/0/stages/0/limits/0/counting"),
    ("breach", "hours: 8, counting", "hours: 8, days: 1, counting", "one-period",
     "/spec/duties/0/stages/0/limits/0"),
    ("breach", "hours: 8, counting: elapsed", "work_days: 8, counting: elapsed",
     "unit-not-counted", "/spec/duties/0/stages/0/limits/0/work_days"),
    ("breach", "hours: 8, counting: elapsed", "business_days: 8, counting: business-days",
     "calendar-missing", "/spec/duties/0/stages/0/limits/0"),
    ("breach", "{submitted: initial}", "{submitted: initials}", "unknown-stage",
     "/spec/duties/0/stages/1/limits/0/from/submitted"),
    ("breach", "{submitted: initial}", "{submitted: amendment}", "unknown-stage",
     "/spec/duties/0/stages/1/limits/0/from/submitted"),
    ("breach", "id: final", "id: initial", "duplicate-stage", "/spec/duties/0/stages/1/id"),
    ("breach", '"2018-05-25"', '"2018-02-30"', "no-such-date", "/spec/source/applies_from"),
    ("breach", '"50%"', '"half"', "schema-pattern", "/spec/duties/0/stages/0/remind/0"),
    ("harm", "promptly: true", "title: x", "stage-without-clock", "/spec/duties/0/stages/1"),
    ("harm", "          from: aware\n", "", "stage-without-start", "/spec/duties/0/stages/1"),
    ("harm", "supersedes: [serious]", "supersedes: [serios]", "unknown-duty",
     "/spec/duties/1/supersedes/0"),
    ("harm", "supersedes: [serious]", "supersedes: [death]", "unknown-duty",
     "/spec/duties/1/supersedes/0"),
    ("harm", "- id: death", "- id: serious", "duplicate-duty", "/spec/duties/1/id"),
    ("harm", "id: investigate", f"id: {'i' * 65}", "schema-maxLength",
     "/spec/duties/0/stages/1/id"),
    # register
    ("register", "id: chat-bot", "id: triage", "duplicate-system", "/spec/systems/1/id"),
    ("register", "roles: [deployer]", "roles: [deployer], jurisdictions: [Germany]",
     "schema-pattern", "/spec/systems/1/jurisdictions/0"),
    ("register", "roles: [deployer]", "roles: [deployer], data_categories: [Personal data]",
     "schema-pattern", "/spec/systems/1/data_categories/0"),
    ("register", "roles: [deployer]", "roles: [deployer], depends_on: [triag]", "unknown-system",
     "/spec/systems/1/depends_on/0"),
    # taxonomy
    ("taxonomy", "id: injury", "id: death", "duplicate-term", "/spec/terms/harms/1/id"),
    ("taxonomy", "terms: harms}", "terms: harm}", "unknown-terms",
     "/spec/report/properties/harms/items/terms"),
    ("taxonomy", "minimum: 0", "minimum: zero", "not-a-schema",
     "/spec/report/$defs/impact/properties/people_affected/minimum"),
    ("taxonomy", "{id: information,", f"{{id: {'i' * 65},", "schema-maxLength",
     "/spec/moments/3/id"),
    ("taxonomy", "title: Facts of a report", f"title: {'i' * 251}", "schema-maxLength",
     "/metadata/title"),
    ("taxonomy", "version: 1.0.0", f"version: 1.0.{'1' * 37}", "schema-maxLength",
     "/metadata/version"),
    # calendar
    ("calendar", "Europe/Brussels", "Europe/Bruxelles", "unknown-zone", "/spec/zone"),
    ("calendar", "2026-12-25", "2028-12-25", "holiday-outside", "/spec/holidays/0/date"),
    ("calendar", "2026-12-25", "2026-12-32", "no-such-date", "/spec/holidays/0/date"),
    ("calendar", "saturday", "caturday", "unknown-value", "/spec/weekend/0"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "code", "pointer"), CASES)
def test_a_mistake_is_found_where_it_stands(
    name: str, old: str, new: str, code: str, pointer: str
) -> None:
    reading = documents.read(factory.text(name, (old, new)))
    assert reading.document is None
    assert (code, pointer) in [(each.code, each.pointer) for each in reading.problems]


@pytest.mark.parametrize(("name", "old", "new", "code", "pointer"), CASES)
def test_a_mistake_has_a_line(name: str, old: str, new: str, code: str, pointer: str) -> None:
    for each in documents.read(factory.text(name, (old, new))).problems:
        assert each.line > 0, each
        assert each.column > 0, each


@pytest.mark.parametrize(
    ("name", "old", "new", "hint"),
    [
        ("severity", "default: SEV3", "default: SEV4", "Did you mean 'SEV"),
        ("escalation", "lead: responder", "lead: responders", "Did you mean 'responder'?"),
        ("breach", "{submitted: initial}", "{submitted: initail}", "Did you mean 'initial'?"),
        ("breach", "when: {not", "whenn: {not", "Did you mean 'when'?"),
        ("taxonomy", "terms: harms}", "terms: harm}", "Did you mean 'harms'?"),
        ("register", "id: chat-bot", "id: chat-bot, depends_on: [triag]", "Did you mean 'triage'?"),
    ],
)
def test_a_misspelt_name_hints_at_the_nearest(name: str, old: str, new: str, hint: str) -> None:
    problems = documents.read(factory.text(name, (old, new))).problems
    assert [each for each in problems if each.hint.startswith(hint)]


def test_the_terms_become_the_values_that_a_field_may_have() -> None:
    taxonomy = factory.document(factory.text("taxonomy")).spec
    assert taxonomy.report["properties"]["harms"]["items"] == {
        "type": "string",
        "enum": ["death", "injury", "privacy"],
    }


def test_the_document_itself_keeps_the_word_terms() -> None:
    document = factory.document(factory.text("taxonomy"))
    items = document.data["spec"]["report"]["properties"]["harms"]["items"]
    assert items == {"type": "string", "terms": "harms"}


def test_a_stage_inherits_what_the_duty_says() -> None:
    stage = factory.document(factory.text("breach")).spec.duties[0].stages[0]
    assert (stage.title, stage.citation, stage.recipient) == (
        "Notify the authority",
        "Art. 1",
        "Data protection authority",
    )


@pytest.mark.parametrize(
    ("text", "share", "minutes"),
    [
        ("50%", 0.5, None),
        ("9%", 0.09, None),
        ("24 hours before", None, 1440),
        ("1 day before", None, 1440),
        ("1 minute before", None, 1),
    ],
)
def test_a_reminder_is_a_share_or_a_time_before(
    text: str, share: float | None, minutes: int | None
) -> None:
    found = reminder(text)
    before = found.before and found.before.total_seconds() / 60
    assert (found.share, before) == (share, minutes)


@pytest.mark.parametrize("text", ["0%", "100%", "0 hours before", "soon", "1 month before"])
def test_what_is_no_reminder_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a reminder"):
        reminder(text)
