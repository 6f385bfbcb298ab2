"""Running tests of policies: what passes, and what is said of what does not."""

import pytest

from policies import releases, testing
from policies.release import Release
from tests import factory
from tests.policies import response

RELEASE = factory.release()


def results(*edits: tuple[str, str]) -> tuple[testing.Result, ...]:
    return testing.run(RELEASE, [response.document("tests", *edits)])


def mismatches(*edits: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (each.pointer, each.message) for result in results(*edits) for each in result.mismatches
    ]


def test_examples_that_hold_pass() -> None:
    assert [result.passed for result in results()] == [True] * 4


def test_a_result_names_its_test_and_its_example() -> None:
    last = results()[-1]
    assert (last.test, last.example) == ("PolicyTest/breach@1.0.0", "A risk is unlikely")


@pytest.mark.parametrize(
    ("old", "new", "pointer", "message"),
    [
        ("severity: SEV2", "severity: SEV1", "/spec/examples/0/expect/severity",
         "severity: expected SEV1, got SEV2 (Personal data were breached.)"),
        ("provisional: false", "provisional: true", "/spec/examples/0/expect/provisional",
         "severity: SEV2 is not provisional"),
        ("duties: {breach/notify: does_not_apply}", "duties: {notify: applies}",
         "/spec/examples/3/expect/duties/notify",
         "notify: expected applies, got does_not_apply"),
        ("outcome: undetermined, missing: [personal_data.breach, personal_data.risk]",
         "outcome: applies", "/spec/examples/2/expect/duties/notify",
         "notify: expected applies, got undetermined "
         "(missing personal_data.breach, personal_data.risk)"),
        ("missing: [personal_data.breach, personal_data.risk]", "missing: [personal_data.risk]",
         "/spec/examples/2/expect/duties/notify/missing",
         "notify: expected personal_data.risk to be missing, missing are personal_data.breach, "
         "personal_data.risk"),
        ("shadow: false", "shadow: true", "/spec/examples/0/expect/duties/notify/shadow",
         "notify: it is not in shadow"),
        ("breach/notify: does", "notfy: does", "/spec/examples/3/expect/duties/notfy",
         "notfy: no covered policy has this duty; did you mean notify?"),
        ("legal: \"2026-11-24T22:20:00+01:00\"", "legal: \"2026-11-24T22:20:00Z\"",
         "/spec/examples/0/expect/duties/notify/stages/initial",
         "notify/initial: legal: expected Tue 2026-11-24 22:20:00 UTC (2026-11-24T22:20:00Z), "
         "got Tue 2026-11-24 21:20:00 UTC (2026-11-24T21:20:00Z)"),
        ("waits_for: [\"submitted:initial\"]", "promptly: true",
         "/spec/examples/0/expect/duties/notify/stages/final",
         "notify/final: it waits for submitted:initial"),
        ("waits_for: [\"submitted:initial\"]", "owed: false",
         "/spec/examples/0/expect/duties/notify/stages/final", "notify/final: it is owed"),
        ("final: {waits_for", "finale: {waits_for",
         "/spec/examples/0/expect/duties/notify/stages/finale",
         "notify/finale: there is no such stage; did you mean final?"),
        ("final: {legal: \"2026-11-25T20:00:00Z\"}", "final: {waits_for: [aware]}",
         "/spec/examples/1/expect/duties/notify/stages/final",
         "notify/final: it does not wait: it runs from submitted:initial, "
         "Tue 2026-11-24 20:00:00 UTC (2026-11-24T20:00:00Z)"),
        ("final: {legal: \"2026-11-25T20:00:00Z\"}", "final: {promptly: true}",
         "/spec/examples/1/expect/duties/notify/stages/final",
         "notify/final: it is due Wed 2026-11-25 20:00:00 UTC (2026-11-25T20:00:00Z), "
         "not promptly"),
        ("{risk: unlikely}", "{risk: low}",
         "/spec/examples/3/given/report/personal_data/risk",
         "the report is not valid: /personal_data/risk: 'low' is not known here. "
         "Known: unlikely, likely, high."),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_said_where_it_stands(
    old: str, new: str, pointer: str, message: str
) -> None:
    assert mismatches((old, new)) == [(pointer, message)]


def test_a_fault_of_what_all_share_is_placed_there() -> None:
    places = {pointer for pointer, _ in mismatches(("title: Example,", "titel: Example,"))}
    assert places == {"/spec/given/report/incident/titel", "/spec/given/report/incident/title"}


@pytest.mark.parametrize(
    ("new", "pointer", "message"),
    [
        ("{risk_clas: high}", "/spec/given/system/risk_clas",
         "system.risk_clas is not a fact; did you mean system.risk_class?"),
        ("{risk_class: hihg}", "/spec/given/system/risk_class",
         "system.risk_class: 'hihg' is not known; did you mean high?"),
        ("{roles: [deployr]}", "/spec/given/system/roles",
         "system.roles: 'deployr' is not known; did you mean deployer?"),
    ],
)  # fmt: skip
def test_a_fact_that_no_register_may_state_is_found(new: str, pointer: str, message: str) -> None:
    found = mismatches(("{risk_class: limited}", new))
    assert set(found) == {(pointer, message)}


def test_a_policy_that_is_not_in_the_release_is_named() -> None:
    assert mismatches(("ObligationPolicy/breach,", "ObligationPolicy/breaches,"))[0] == (
        "/spec/policies/0",
        "ObligationPolicy/breaches is not in the release; did you mean ObligationPolicy/breach?",
    )


def test_a_duty_of_two_policies_needs_the_policy_before_it() -> None:
    another = factory.text("breach", ("name: breach", "name: other"))
    test = response.document(
        "tests", ("ObligationPolicy/breach,", "ObligationPolicy/breach, ObligationPolicy/other,")
    )
    first = testing.run(factory.release(other=another), [test])[0]
    assert [each.message for each in first.mismatches] == [
        "notify: several policies have this duty; write breach/notify or other/notify"
    ]


def test_a_mismatch_has_a_line_of_the_document() -> None:
    document = response.document("tests", ("severity: SEV2", "severity: SEV1"))
    (problem,) = testing.problems(document, testing.run(RELEASE, [document]), path="tests.yaml")
    assert (problem.code, problem.path, problem.line, problem.column) == (
        "test-failed",
        "tests.yaml",
        16,
        19,
    )
    assert problem.message.startswith("A breach is notified within eight hours: severity: ")


def test_what_is_no_test_is_passed_over() -> None:
    assert testing.run(RELEASE, RELEASE.documents) == ()


def test_a_test_is_no_member_of_a_release() -> None:
    assert factory.release(tests=response.text("tests")).digest == RELEASE.digest


@pytest.mark.django_db
def test_a_test_in_force_decides_nothing() -> None:
    factory.install(tests=response.text("tests"))
    assert releases.in_force(factory.AT).digest == RELEASE.digest


def test_a_superseded_duty_is_expected_as_such() -> None:
    assert (
        one(
            "harm",
            "harms: [death]",
            "serious: superseded, death: applies",
        )
        == []
    )


def test_a_duty_that_is_superseded_does_not_pass_as_applying() -> None:
    assert one("harm", "harms: [death]", "serious: applies") == [
        "serious: expected applies, got superseded (by death)"
    ]


def test_a_stage_that_the_law_wants_promptly_has_no_date() -> None:
    stages = '{investigate: {legal: "2026-11-24T15:00:00Z"}}'
    (message,) = one("harm", "harms: [injury]", f"serious: {{outcome: applies, stages: {stages}}}")
    assert message.endswith("but it has no such time")


def test_a_stage_with_a_number_is_not_promptly() -> None:
    stages = "{report: {promptly: true}, investigate: {promptly: true}}"
    (message,) = one("harm", "harms: [injury]", f"serious: {{outcome: applies, stages: {stages}}}")
    assert message.startswith("serious/report: it is due Thu 2026-11-26 12:00:00 UTC")


RECURRING = """
        - id: update
          from: {submitted: initial}
          every: {days: 2, counting: elapsed}
          until: resolved
        - {id: public, when: {harms: {includes: death}}, promptly: true, from: aware}
        - id: final
"""


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("{}", 'update: {waits_for: ["submitted:initial"]}'),
        ('{initial: "2026-11-24T12:00:00Z"}', 'update: {legal: "2026-11-26T12:00:00Z"}'),
        ('{initial: "2026-11-24T12:00:00Z", update: "2026-11-25T12:00:00Z"}',
         'update: {legal: "2026-11-27T12:00:00Z"}'),
        ('{initial: "2026-11-24T12:00:00Z", '
         'update: ["2026-11-25T12:00:00Z", "2026-11-26T12:00:00Z"]}',
         'update: {legal: "2026-11-28T12:00:00Z"}'),
        ("{}", "public: {owed: false}"),
    ],
)  # fmt: skip
def test_recurring_and_conditional_stages_are_counted(sent: str, expected: str) -> None:
    release = factory.release(breach=factory.text("breach", ("\n        - id: final\n", RECURRING)))
    duties = f"notify: {{outcome: applies, stages: {{{expected}}}}}"
    report = "personal_data: {breach: true, risk: high}\n          harms: []"
    assert messages(release, "breach", report, duties, f"{{notify: {sent}}}") == []


def test_due_times_are_shown_in_the_zone_that_counted() -> None:
    eight_days = ("hours: 8, counting: elapsed", "days: 8, counting: eu-1182, calendar: office")
    release = factory.release(breach=factory.text("breach", eight_days))
    duties = 'notify: {outcome: applies, stages: {initial: {legal: "2026-12-03T23:00:00Z"}}}'
    (message,) = messages(release, "breach", "personal_data: {breach: true, risk: high}", duties)
    assert "got Thu 2026-12-03 00:00:00 Europe/Brussels (2026-12-02T23:00:00Z)" in message


def one(policy: str, report: str, duties: str) -> list[str]:
    """The messages of a test of one example."""
    return messages(factory.release(), policy, report, duties)


def messages(
    release: Release, policy: str, report: str, duties: str, sent: str = "{}"
) -> list[str]:
    test = factory.document(f"""
apiVersion: bylaw/v1
kind: PolicyTest
metadata: {{name: t, version: 1.0.0, title: T, owner: x}}
spec:
  policies: [ObligationPolicy/{policy}]
  at: "2026-11-24T15:00:00Z"
  examples:
    - name: One
      given:
        report:
          incident: {{title: T, narrative: N}}
          moments: {{aware: "2026-11-24T12:00:00Z"}}
          {report}
        system: {{risk_class: high}}
      submitted: {sent}
      expect: {{duties: {{{duties}}}}}
""")
    (result,) = testing.run(release, [test])
    return [mismatch.message for mismatch in result.mismatches]
