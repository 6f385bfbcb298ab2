"""One call for many files: what they say together, beside each other, and with what is in force."""

from policies.lint import Linting, lint
from tests.policies.lint.example import AT, SET, base

SEVERITY = SET["severity"]


def codes(linting: Linting) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in linting.problems]


def with_base(**files: str) -> Linting:
    return lint(files, base=base(), at=AT)


def test_the_set_has_no_problems() -> None:
    linting = lint(SET, at=AT)
    assert linting.problems == ()
    assert len(linting.documents) == len(SET)


def test_nothing_is_wrong_with_no_files() -> None:
    assert lint({}, at=AT).problems == ()


def test_a_file_replaces_the_one_of_its_name_in_force() -> None:
    changed = SEVERITY.replace("version: 1.0.0", "version: 1.1.0")
    assert with_base(severity=changed).problems == ()


def test_what_is_in_force_completes_the_release() -> None:
    changed = SET["breach"].replace("1.0.0", "1.1.0").replace("calendar: office", "calendar: x")
    assert with_base(breach=changed.replace("from: aware", "from: awre")).problems[0].hint == (
        "Did you mean 'aware'?"
    )


def test_a_problem_that_a_file_causes_elsewhere_is_reported_there() -> None:
    fewer = SET["taxonomy"].replace("1.0.0", "1.1.0").replace("- {id: injury, title: Injury}", "")
    found = codes(with_base(taxonomy=fewer))
    assert ("ObligationPolicy/harm@1.0.0", "unknown-term") in found


def test_a_problem_of_what_is_in_force_has_its_place_there() -> None:
    fewer = SET["taxonomy"].replace("1.0.0", "1.1.0").replace("- {id: injury, title: Injury}", "")
    (problem, *_) = with_base(taxonomy=fewer).problems
    line = SET["harm"].splitlines()[problem.line - 1]
    assert line[problem.column - 1 :].startswith("injury")


def test_a_problem_that_was_there_before_is_not_the_files() -> None:
    broken = [each for each in base() if each.kind != "Calendar"]
    changed = SEVERITY.replace("version: 1.0.0", "version: 1.1.0")
    assert lint({"severity": changed}, base=broken, at=AT).problems == ()


def test_the_mistakes_of_one_file_hide_none_of_another() -> None:
    files = {
        **SET,
        "taxonomy": SET["taxonomy"].replace("id: privacy", "id: death"),
        "breach": SET["breach"].replace("risk: unlikely", "risk: unlikly"),
        "calendar": "kind: [",
    }
    assert {path for path, _ in codes(lint(files, at=AT))} >= {"taxonomy", "breach", "calendar"}


def test_a_mistake_hides_no_other_of_the_same_file() -> None:
    broken = (
        SET["breach"]
        .replace("hours: 8", "hours: 8, days: 1")
        .replace("risk: unlikely", "rsk: unlikely")
        .replace("owner: legal-counsel", "owner: legal")
    )
    found = {code for _, code in codes(lint({**SET, "breach": broken}, at=AT))}
    assert found == {"one-period", "unknown-path", "unknown-role"}


def test_a_mistake_in_a_condition_hides_no_other_of_it() -> None:
    condition = "{any: [{harm: {include: x}}, {harms: {includes: deth}}]}"
    broken = SEVERITY.replace("when: {harms: {includes: death}}", f"when: {condition}")
    found = [code for _, code in codes(lint({**SET, "severity": broken}, at=AT))]
    assert sorted(found) == ["unknown-operator", "unknown-path", "unknown-term"]


def test_a_mistake_of_the_text_hides_no_mistake_of_meaning() -> None:
    broken = SEVERITY.replace("title: High", "title: 012").replace("includes: death", "include: x")
    found = {code for _, code in codes(lint({**SET, "severity": broken}, at=AT))}
    assert found == {"ambiguous-scalar", "unknown-operator"}


def test_a_file_that_cannot_be_read_still_stands_for_its_name() -> None:
    files = {**SET, "calendar": SET["calendar"] + "\n  - ["}
    assert codes(lint(files, at=AT)) == [("calendar", "syntax")]


def test_a_file_that_cannot_be_read_does_not_take_away_the_one_in_force() -> None:
    assert codes(with_base(taxonomy=SET["taxonomy"] + "\n  - [")) == [("taxonomy", "syntax")]


def test_a_policy_can_be_linted_by_itself() -> None:
    assert lint({"severity": SEVERITY}, at=AT).problems == ()
    assert lint({"breach": SET["breach"]}, at=AT).problems == ()


def test_problems_come_in_the_order_of_files_and_lines() -> None:
    broken = SEVERITY.replace("level: SEV1", "level: SEV7").replace(
        "default: SEV3", "default: SEV8"
    )
    problems = lint({"b": broken, "a": broken.replace("severity", "other")}, at=AT).problems
    assert [(each.path, each.line) for each in problems] == sorted(
        (each.path, each.line) for each in problems
    )


def test_the_place_of_an_unknown_path_is_its_key() -> None:
    broken = SEVERITY.replace("{personal_data.breach: true}", "{personal_data.brech: true}")
    (problem,) = lint({**SET, "severity": broken}, at=AT).problems
    line = broken.splitlines()[problem.line - 1]
    assert line[problem.column - 1 :].startswith("personal_data.brech")
    assert problem.hint == "Did you mean 'personal_data.breach'?"


def test_the_place_of_an_unknown_term_is_the_term() -> None:
    broken = SET["harm"].replace("[death, injury]", "[death, injry]")
    (problem,) = lint({**SET, "harm": broken}, at=AT).problems
    line = broken.splitlines()[problem.line - 1]
    assert line[problem.column - 1 :].startswith("injry")
    assert problem.hint == "Did you mean 'injury'?"


def test_the_documents_are_those_without_problems_of_their_own() -> None:
    linting = lint({"a": SEVERITY, "b": "kind: x"}, at=AT)
    assert [each.identity for each in linting.documents] == ["SeverityPolicy/severity@1.0.0"]


def test_a_rule_below_the_default_gives_the_default_rules_a_meaning() -> None:
    lower = SEVERITY.replace("default: SEV3", "default: SEV2").replace(
        "level: SEV1", "level: SEV3", 1
    )
    assert "rule-without-effect" not in {code for _, code in codes(lint({"x": lower}, at=AT))}
