"""What the shipped packs decide: facts in, severity, duties and due times out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from policies.counting import count
from policies.documents.obligation_policy import Stage
from tests.packs.shipped_release import NOW, POLICIES, RELEASE, decided

AFTER_ANNEX_III = datetime(2027, 12, 2, 0, 0, tzinfo=UTC)
HIGH_RISK: Mapping[str, Any] = {
    "risk_class": "high",
    "high_risk_basis": "annex_iii",
    "roles": ["provider", "controller"],
    "jurisdictions": ["EU"],
    "data_categories": ["personal"],
}
SAFE: Mapping[str, Any] = {
    "harms": [],
    "impact": {
        "fundamental_rights_infringed": False,
        "serious_property_or_environmental_harm": False,
        "widespread": False,
        "critical_infrastructure_disrupted": False,
    },
}


def outcomes(policy: str, facts: Mapping[str, Any]) -> dict[str, str]:
    return {
        duty.duty.id: "superseded" if duty.superseded_by else duty.outcome
        for duty in decided(facts).duties
        if duty.policy.startswith(f"ObligationPolicy/{policy}@")
    }


def stage(policy: str, duty: str, name: str) -> Stage:
    return next(
        found
        for each in POLICIES[policy].duties
        if each.id == duty
        for found in each.stages
        if found.id == name
    )


def due(policy: str, duty: str, name: str, start: str) -> datetime:
    (limit,) = stage(policy, duty, name).limits
    found = count(
        limit.counting,
        start=datetime.fromisoformat(start),
        period=limit.period,
        calendar=RELEASE.calendar(limit.calendar),
    )
    return found.legal


# --- severity ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        ({"harms": ["death"]}, "SEV1"),
        ({"harms": ["serious_injury", "injury"]}, "SEV1"),
        ({"harms": [], "impact": {"critical_infrastructure_disrupted": True}}, "SEV1"),
        ({"harms": [], "impact": {"people_affected": 10_000, "reversible": False}}, "SEV1"),
        ({"harms": [], "impact": {"people_affected": 10_000, "reversible": True}}, "SEV2"),
        ({"harms": [], "impact": {"people_affected": 999}}, "SEV4"),
        ({"harms": ["injury"]}, "SEV2"),
        ({"harms": [], "failure_modes": ["data_poisoning"]}, "SEV2"),
        ({"harms": ["discrimination"], "system": {"risk_class": "high"}}, "SEV2"),
        ({"harms": ["discrimination"], "system": {"risk_class": "minimal"}}, "SEV3"),
        ({"harms": [], "personal_data": {"breach": True, "risk": "high"}}, "SEV2"),
        ({"harms": [], "personal_data": {"breach": True}}, "SEV3"),
        ({"harms": [], "security": {"unauthorised_occurrence": True}}, "SEV3"),
        ({"harms": [], "failure_modes": ["feature_store_outage"]}, "SEV3"),
        ({"harms": ["misinformation"]}, "SEV4"),
        ({"harms": []}, "SEV4"),
    ],
)
def test_facts_choose_the_severity(facts: Mapping[str, Any], level: str) -> None:
    assert decided(facts).severity.level == level


@pytest.mark.parametrize(("risk_class", "level"), [("high", "SEV2"), ("minimal", "SEV3")])
def test_a_report_that_does_not_state_the_harms_is_not_low(risk_class: str, level: str) -> None:
    assert decided({"system": {"risk_class": risk_class}}).severity.level == level


def test_a_report_with_few_facts_is_not_provisional() -> None:
    assert not decided({"system": {"risk_class": "minimal"}}).severity.provisional


# --- EU AI Act, Article 73 -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ("does_not_apply", "does_not_apply", "does_not_apply")),
        ({"harms": ["serious_injury"]}, ("applies", "does_not_apply", "does_not_apply")),
        ({"harms": ["death"]}, ("superseded", "does_not_apply", "applies")),
        (
            {"impact": {**SAFE["impact"], "fundamental_rights_infringed": True}},
            ("applies", "does_not_apply", "does_not_apply"),
        ),
        (
            {"impact": {**SAFE["impact"], "widespread": True}},
            ("does_not_apply", "applies", "does_not_apply"),
        ),
        (
            {
                "impact": {
                    **SAFE["impact"],
                    "critical_infrastructure_disrupted": True,
                    "reversible": False,
                }
            },
            ("does_not_apply", "applies", "does_not_apply"),
        ),
        # Limb (b) asks for an irreversible disruption: unknown is a question, reversible is none.
        (
            {"impact": {**SAFE["impact"], "critical_infrastructure_disrupted": True}},
            ("does_not_apply", "undetermined", "does_not_apply"),
        ),
        (
            {
                "impact": {
                    **SAFE["impact"],
                    "critical_infrastructure_disrupted": True,
                    "reversible": True,
                }
            },
            ("does_not_apply", "does_not_apply", "does_not_apply"),
        ),
        ({"impact": {}}, ("undetermined", "undetermined", "does_not_apply")),
    ],
)
def test_facts_choose_the_duty_under_article_73(
    facts: Mapping[str, Any], expected: tuple[str, str, str]
) -> None:
    found = outcomes("eu-ai-act-art-73", {**SAFE, "system": HIGH_RISK, **facts})
    names = ("serious-incident", "widespread-or-critical-infrastructure", "death")
    assert tuple(found[name] for name in names) == expected


@pytest.mark.parametrize(
    ("system", "more", "outcome"),
    [
        ({}, {}, "applies"),
        ({"jurisdictions": ["FR"]}, {}, "applies"),
        ({"jurisdictions": ["US"]}, {}, "does_not_apply"),
        ({"risk_class": "limited"}, {}, "does_not_apply"),
        ({"high_risk_basis": "annex_i_section_b"}, {}, "does_not_apply"),
        ({"high_risk_basis": "annex_i_section_a"}, {}, "applies"),
        ({"roles": ["deployer"]}, {"provider": {"reached": True}}, "does_not_apply"),
        ({"roles": ["deployer"]}, {"provider": {"reached": False}}, "applies"),
        ({"roles": ["deployer"]}, {}, "undetermined"),
    ],
)
def test_article_73_reaches_the_provider_and_the_deployer_who_cannot_reach_it(
    system: Mapping[str, Any], more: Mapping[str, Any], outcome: str
) -> None:
    facts = {**SAFE, "harms": ["death"], "system": {**HIGH_RISK, **system}, **more}
    assert outcomes("eu-ai-act-art-73", facts)["death"] == outcome


@pytest.mark.parametrize(
    ("basis", "at", "shadow"),
    [
        ("annex_iii", NOW, True),
        ("annex_iii", AFTER_ANNEX_III, False),
        ("annex_i_section_a", AFTER_ANNEX_III, True),
        ("annex_i_section_a", datetime(2028, 8, 2, tzinfo=UTC), False),
    ],
)
def test_a_duty_under_article_73_is_a_shadow_before_its_date(
    basis: str, at: datetime, shadow: bool
) -> None:
    facts = {**SAFE, "harms": ["death"], "system": {**HIGH_RISK, "high_risk_basis": basis}}
    (found,) = [duty for duty in decided(facts, at=at).duties if duty.duty.id == "death"]
    assert found.shadow is shadow


@pytest.mark.parametrize(
    ("duty", "aware", "end"),
    [
        # 15 days from Tuesday 24 November: Wednesday 9 December.
        ("serious-incident", "2026-11-24T14:20+01:00", "2026-12-10T00:00+01:00"),
        # 10 days from Wednesday 16 December end on Saturday 26: the next working day is Monday 28.
        ("death", "2026-12-16T09:00+01:00", "2026-12-29T00:00+01:00"),
        # 2 days from a Friday must hold two working days.
        (
            "widespread-or-critical-infrastructure",
            "2026-12-11T15:00+01:00",
            "2026-12-16T00:00+01:00",
        ),
    ],
)
def test_the_days_of_article_73_end_with_the_last_hour_of_the_last_day(
    duty: str, aware: str, end: str
) -> None:
    assert due("eu-ai-act-art-73", duty, "initial", aware) == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("duty", "moment"),
    [("serious-incident", "causal_link_established"), ("death", "causal_link_suspected")],
)
def test_the_early_trigger_waits_for_the_causal_link(duty: str, moment: str) -> None:
    assert str(stage("eu-ai-act-art-73", duty, "causal-link").promptly) == moment


# --- GDPR, Articles 33 and 34 --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"breach": False}, ("does_not_apply", "does_not_apply", "does_not_apply")),
        ({"breach": True, "risk": "unlikely"}, ("does_not_apply", "does_not_apply", "applies")),
        ({"breach": True, "risk": "likely"}, ("applies", "does_not_apply", "applies")),
        ({"breach": True, "risk": "high"}, ("applies", "applies", "applies")),
        ({"breach": True}, ("undetermined", "undetermined", "applies")),
        ({}, ("undetermined", "undetermined", "undetermined")),
    ],
)
def test_facts_choose_the_duties_of_a_controller(
    data: Mapping[str, Any], expected: tuple[str, str, str]
) -> None:
    found = outcomes("eu-gdpr-art-33", {"system": HIGH_RISK, "personal_data": data})
    names = ("notify-supervisory-authority", "communicate-to-data-subjects", "record-breach")
    assert tuple(found[name] for name in names) == expected


def test_a_processor_informs_its_controller_and_nobody_else() -> None:
    facts = {
        "system": {**HIGH_RISK, "roles": ["processor"]},
        "personal_data": {"breach": True, "risk": "high"},
    }
    found = outcomes("eu-gdpr-art-33", facts)
    assert [name for name, outcome in found.items() if outcome == "applies"] == [
        "inform-controller"
    ]


def test_a_system_without_personal_data_is_not_asked_for_a_breach() -> None:
    facts = {"system": {**HIGH_RISK, "data_categories": ["operational"]}}
    assert set(outcomes("eu-gdpr-art-33", facts).values()) == {"does_not_apply"}


def test_a_breach_counts_whatever_the_register_says_about_the_data() -> None:
    facts = {
        "system": {**HIGH_RISK, "data_categories": ["operational"]},
        "personal_data": {"breach": True},
    }
    assert outcomes("eu-gdpr-art-33", facts)["record-breach"] == "applies"


def test_the_72_hours_do_not_count_the_hour_of_the_event() -> None:
    end = due("eu-gdpr-art-33", "notify-supervisory-authority", "initial", "2026-11-24T14:20+01:00")
    assert end == datetime.fromisoformat("2026-11-27T15:00+01:00")


# --- SEC Form 8-K --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"security": {"unauthorised_occurrence": True}}, "applies"),
        ({"security": {"unauthorised_occurrence": False}}, "does_not_apply"),
        ({}, "undetermined"),
        (
            {
                "security": {"unauthorised_occurrence": True},
                "organisation": {"sec_registrant": False},
            },
            "does_not_apply",
        ),
    ],
)
def test_form_8_k_needs_a_registrant_and_an_unauthorised_occurrence(
    facts: Mapping[str, Any], outcome: str
) -> None:
    assert outcomes("us-sec-8k-item-1-05", facts) == {"form-8-k": outcome}


def test_four_business_days_pass_over_thanksgiving() -> None:
    end = due("us-sec-8k-item-1-05", "form-8-k", "initial", "2026-11-20T10:00-05:00")
    assert end == datetime.fromisoformat("2026-11-27T17:30-05:00")


def test_no_clock_of_form_8_k_starts_at_discovery() -> None:
    (limit,) = stage("us-sec-8k-item-1-05", "form-8-k", "initial").limits
    assert str(limit.anchor) == "materiality_determined"


# --- all regimes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_a_stage_has_a_number_of_the_law_or_is_prompt(name: str) -> None:
    stages = [found for duty in POLICIES[name].duties for found in duty.stages]
    assert all(bool(found.limits) != bool(found.promptly) for found in stages)


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_every_regime_says_when_it_was_verified(name: str) -> None:
    assert POLICIES[name].verified_on == "2026-11-22"
