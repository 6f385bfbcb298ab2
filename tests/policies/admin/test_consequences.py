"""What will follow from an approval or a retirement, said beside the button."""

from datetime import datetime, timedelta

from governance import clock
from policies import approvals, impacts, retirements
from policies.models import PolicyVersion
from tests.incidents.admin.desk import Desk, text
from tests.policies.admin import office
from tests.policies.admin.office import VERSIONS
from tests.policies.officers import TESTS


def foretold(who: Desk, version: PolicyVersion, action: str) -> list[str]:
    offers = who.page(VERSIONS, version.id).context["offers"]  # type: ignore[attr-defined]
    (offer,) = [each for each in offers if each.action.name == action]
    return list(offer.form.consequences)


def test_an_approval_says_what_it_replaces_and_when(officer: Desk, counsel: Desk) -> None:
    day = clock.now().replace(microsecond=0) + timedelta(days=10)
    made = office.submitted(officer, effective_from=day)
    said = foretold(counsel, made, "approve")[0]
    assert "in the place of SeverityPolicy/severity@1.0.0" in said
    assert f"From {day:%Y-%m-%d %H:%M} UTC on" in said
    assert said in text(counsel.page(VERSIONS, made.id))


def test_what_replaces_nothing_is_said_to_be_new(officer: Desk, counsel: Desk) -> None:
    made = office.submitted(officer, TESTS)
    assert "all of it is new" in foretold(counsel, made, "approve")[0]


def test_an_impact_that_nobody_looked_at_is_missed(officer: Desk, counsel: Desk) -> None:
    made = office.submitted(officer)
    assert "Nobody has looked at its impact" in foretold(counsel, made, "approve")[-1]


def test_an_impact_that_was_looked_at_is_told(officer: Desk, counsel: Desk) -> None:
    made = office.submitted(officer)
    impacts.request([made], by=office.actor(counsel), at=clock.now())
    said = "0 of 0 open incidents would differ, and 0 of 0 closed ones."
    assert foretold(counsel, made, "approve")[-1] == said


def test_a_retirement_says_that_nothing_takes_its_place(
    now: datetime, officer: Desk, counsel: Desk
) -> None:
    breach = PolicyVersion.objects.get(name="breach")
    retirements.ask(breach, until=None, comment="Gone", by=office.actor(officer), at=clock.now())
    said = foretold(counsel, breach, "agree")
    assert said[0] == "From now on nothing decides in the place of Data breach."
    assert "none of its duties" in said[1]


def test_a_rejection_has_none(officer: Desk, counsel: Desk) -> None:
    made = office.submitted(officer)
    approvals.comment(made, "Hm.", by=office.actor(officer), at=clock.now())
    offers = counsel.page(VERSIONS, made.id).context["offers"]  # type: ignore[attr-defined]
    (reject,) = [each for each in offers if each.action.name == "reject"]
    assert not hasattr(reject.form, "consequences")
