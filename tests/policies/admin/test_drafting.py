"""Writing a draft: nothing typed is lost, and every problem is shown beside the text."""

import re
from datetime import datetime
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from policies import drafts
from policies.admin import skeletons
from policies.models import PolicyVersion
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text
from tests.policies.admin import office
from tests.policies.admin.office import BROKEN, address
from tests.policies.officers import NEXT


def begun(officer: Desk, **query: str) -> str:
    answer = officer.client.get(address("add"), query)
    return str(answer.context["form"].typed)


def typed(answer: HttpResponse) -> str:
    return str(answer.context["form"].typed)  # type: ignore[attr-defined]


def codes(answer: HttpResponse) -> list[str]:
    found = answer.context["problems"]  # type: ignore[attr-defined]
    return [problem.code for problem, _ in found]


def test_a_new_version_begins_with_the_text_under_the_next_number(officer: Desk) -> None:
    first = PolicyVersion.objects.get(name="severity")
    assert begun(officer, of=str(first.id)) == first.text.replace("1.0.0", "1.1.0")


def test_the_next_number_is_above_every_draft(officer: Desk) -> None:
    first = PolicyVersion.objects.get(name="severity")
    office.draft(officer)
    assert "version: 1.2.0" in begun(officer, of=str(first.id))


@pytest.mark.parametrize("kind", skeletons.KINDS)
def test_an_example_of_each_kind_can_be_saved(officer: Desk, kind: str) -> None:
    example = begun(officer, kind=kind)
    office.save(officer, None, example)
    assert PolicyVersion.objects.get(kind=kind, version="0.1.0").text == example


def test_what_is_pasted_is_kept_byte_for_byte(officer: Desk) -> None:
    office.save(officer, None, NEXT)
    assert PolicyVersion.objects.get(version="1.1.0").text == NEXT


def test_an_uploaded_file_comes_into_the_editor(officer: Desk) -> None:
    given = {"upload": "1", "file": SimpleUploadedFile("severity.yaml", NEXT.encode())}
    assert typed(officer.client.post(address("add"), given)) == NEXT


def test_a_file_that_is_no_text_is_refused(officer: Desk) -> None:
    given = {"upload": "1", "file": SimpleUploadedFile("x.yaml", b"\xff\xfe\x00")}
    answer = officer.client.post(address("add"), given)
    assert answer.status_code == 422
    assert "UTF-8" in text(answer)


@pytest.mark.parametrize(
    "wrong", ["", "kind: [", "kind: Calendar\n", factory.text("severity"), "\u202e: x\n"]
)
def test_what_cannot_be_a_draft_stays_in_the_form(officer: Desk, wrong: str) -> None:
    answer = office.save(officer, None, wrong)
    assert answer.status_code in {409, 422}
    assert typed(answer) == wrong
    assert "Not saved." in text(answer)


def test_a_draft_is_saved_with_its_problems(officer: Desk) -> None:
    made = office.draft(officer)
    office.save(officer, made.id, BROKEN, seen=made.text_digest)
    assert office.again(made).text == BROKEN
    assert "unknown-level" in text(officer.page(office.VERSIONS, made.id))


def test_checking_shows_the_problems_and_saves_nothing(officer: Desk) -> None:
    made = office.draft(officer)
    answer = office.save(officer, made.id, BROKEN, check="1")
    assert codes(answer) == ["unknown-level"]
    assert office.again(made).text == NEXT


def test_what_somebody_else_saved_is_not_overwritten(officer: Desk, counsel: Desk) -> None:
    made = office.draft(officer)
    theirs = NEXT + "# theirs\n"
    drafts.edit(made, theirs, by=office.actor(counsel), at=made.created_at)
    answer = office.save(officer, made.id, NEXT + "# mine\n", seen=made.text_digest)
    assert (answer.status_code, typed(answer)) == (409, NEXT + "# mine\n")
    assert "-# theirs" in text(answer)
    assert office.again(made).text == theirs


def test_what_somebody_else_saved_is_overwritten_on_purpose(officer: Desk, counsel: Desk) -> None:
    made = office.draft(officer)
    drafts.edit(made, NEXT + "# theirs\n", by=office.actor(counsel), at=made.created_at)
    now = office.again(made).text_digest
    office.save(officer, made.id, NEXT + "# mine\n", seen=made.text_digest, over=now)
    assert office.again(made).text == NEXT + "# mine\n"


def test_a_submitted_text_has_no_editor(officer: Desk) -> None:
    made = office.submitted(officer)
    answer = officer.client.get(address("edit", made.id), follow=True)
    assert "is no draft any more" in text(answer)


def test_a_reader_has_no_editor(now: datetime) -> None:
    auditor = desk("auditor")
    assert auditor.client.get(address("add")).status_code == 403
    assert auditor.client.post(address("check"), {"text": NEXT}).status_code == 403


# --- while typing --------------------------------------------------------------------------------


def checked(officer: Desk, policy: str) -> HttpResponse:
    return officer.client.post(address("check"), {"text": policy.replace("\n", "\r\n")})


def test_a_problem_comes_with_its_place_and_a_hint(officer: Desk) -> None:
    answer = checked(officer, factory.text("severity", ("level: SEV2", "level: SEV22")))
    assert 'data-line="' in text(answer)
    assert "Did you mean 'SEV2'?" in text(answer)


def test_a_sound_text_has_no_problem(officer: Desk) -> None:
    assert codes(checked(officer, NEXT)) == []


def test_a_problem_in_another_document_names_it(officer: Desk) -> None:
    matrix = factory.text("escalation", ("1.0.0", "1.1.0"), ("id: legal-counsel", "id: lawyer"))
    answer = unescape(checked(officer, matrix).content.decode())
    assert "ObligationPolicy/breach@1.0.0, line" in answer


def test_markup_in_a_text_is_shown_and_not_obeyed(officer: Desk) -> None:
    answer = checked(officer, NEXT.replace("default: SEV2", "default: <img src=x>"))
    assert b"<img" not in answer.content
    assert b"&lt;img" in answer.content


# --- the editor's script -------------------------------------------------------------------------


def test_lint_alone_leaves_the_tests_for_later(officer: Desk) -> None:
    given = {"text": NEXT, "depth": "lint"}
    assert "The policy tests run as soon as you pause" in text(
        officer.client.post(address("check"), given)
    )


def test_what_stands_beside_the_text_comes_along(officer: Desk) -> None:
    found = checked(officer, NEXT).context
    assert "without one it is SEV2" in found["words"]
    assert "Rules" in [each.text for each in found["outline"]]
    assert {piece.place for piece in found["pieces"]} == {"spec.rules"}


def test_a_script_that_saves_gets_what_the_next_saving_needs(officer: Desk) -> None:
    made = office.draft(officer)
    given = {"text": NEXT + "# more\n", "seen": made.text_digest, "then": "stay"}
    script = {"X-Requested-With": "fetch"}
    answer = officer.client.post(address("edit", made.id), given, headers=script)
    assert answer.json()["seen"] == office.again(made).text_digest
    assert "is saved." in answer.json()["said"]


def test_the_styles_of_the_editor_pass_by_a_nonce_of_each_answer(officer: Desk) -> None:
    policies = [officer.client.get(address("add"), {"paste": "1"}) for _ in range(2)]
    nonces = [
        re.findall(r"style-src 'self' ('nonce-\S+')", each["Content-Security-Policy"])
        for each in policies
    ]
    assert [len(found) for found in nonces] == [1, 1]
    assert nonces[0] != nonces[1]
    assert "'nonce-" not in officer.client.get(address("days"))["Content-Security-Policy"]


def test_names_in_force_complete_a_text(officer: Desk) -> None:
    found = officer.client.get(address("names")).json()
    assert found["names"]["roles"]["legal-counsel"] == "Legal counsel"
    assert "privacy" in found["facts"]["harms"]["terms"]
    assert found["places"]["ObligationPolicy"]["calendar"] == "calendars"
    assert "ObligationPolicy" in found["schema"]["$defs"]


def test_facts_that_no_decision_reads_are_not_offered(officer: Desk) -> None:
    assert "incident.title" not in officer.client.get(address("names")).json()["facts"]


@pytest.mark.django_db
def test_without_policies_the_schema_still_completes() -> None:
    found = desk("compliance-officer").client.get(address("names")).json()
    assert (found["names"], found["facts"]) == ({}, {})
