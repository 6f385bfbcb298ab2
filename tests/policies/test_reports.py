"""Checking a report against a release: everything that is wrong, each with its place (pure)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from policies import reports
from policies.release import Release
from tests import factory
from tests.factory import AT, iso

RELEASE: Release = factory.release()


def findings(report: Any) -> list[tuple[str, str]]:
    found = reports.check(reports.known_facts(report), RELEASE, at=AT)
    return [(each.pointer, each.code) for each in found]


def only(report: Any) -> reports.Finding:
    (found,) = reports.check(report, RELEASE, at=AT)
    return found


def test_a_good_report_has_no_findings() -> None:
    assert findings(factory.breach(harms=["death"], source={"url": "https://example.org/1"})) == []


@pytest.mark.parametrize(
    ("facts", "pointer", "code"),
    [
        ({"system": "triag"}, "/system", "unknown-system"),
        ({"system": 7}, "/system", "wrong-type"),
        ({"harm": ["death"]}, "/harm", "unknown-field"),
        ({"a/b~c": 1}, "/a~1b~0c", "unknown-field"),
        ({"impact": {"people": 1}}, "/impact/people", "unknown-field"),
        ({"harms": ["deth"]}, "/harms/0", "unknown-term"),
        ({"harms": ["injury", "deth"]}, "/harms/1", "unknown-term"),
        ({"harms": ["death", "death"]}, "/harms", "not-unique"),
        ({"harms": "death"}, "/harms", "wrong-type"),
        ({"drill": "yes"}, "/drill", "wrong-type"),
        ({"personal_data": {"risk": "hihg"}}, "/personal_data/risk", "unknown-term"),
        ({"impact": {"people_affected": -1}}, "/impact/people_affected", "too-small"),
        ({"impact": {"people_affected": 1.5}}, "/impact/people_affected", "wrong-type"),
        ({"impact": {"people_affected": 2**53}}, "/impact/people_affected", "too-large"),
        ({"impact": {"cost": -1e16}}, "/impact/cost", "too-large"),
        ({"incident": {"title": "x"}}, "/incident/narrative", "missing"),
        ({"incident": None}, "/incident", "missing"),
        ({"incident": {"title": "", "narrative": "x"}}, "/incident/title", "too-short"),
        ({"incident": {"title": "x" * 201, "narrative": "x"}}, "/incident/title", "too-long"),
        ({"source": {"url": "not an address"}}, "/source/url", "wrong-format"),
        ({"moments": {"aware": "yesterday"}}, "/moments/aware", "wrong-format"),
        ({"moments": {"aware": "2026-11-22"}}, "/moments/aware", "wrong-format"),
        ({"moments": {"aware": "2026-11-22T09:00:00"}}, "/moments/aware", "wrong-format"),
        ({"moments": {"aware": "0001-01-01T00:00:00+14:00"}}, "/moments/aware", "wrong-format"),
        ({"moments": {"aware": 7}}, "/moments/aware", "wrong-type"),
        ({"moments": {"aware": iso(AT + timedelta(minutes=6))}}, "/moments/aware", "in-the-future"),
        ({"moments": {"awake": iso(AT)}}, "/moments/awake", "unknown-field"),
    ],
)
def test_one_mistake_is_one_finding(facts: dict[str, Any], pointer: str, code: str) -> None:
    assert findings({**factory.report(), **facts}) == [(pointer, code)]


def test_a_clock_that_runs_a_little_ahead_is_forgiven() -> None:
    assert findings(factory.breach(aware=AT + timedelta(minutes=5))) == []


@pytest.mark.parametrize("report", [[], "text", 7, None, True])
def test_what_is_no_object_is_no_report(report: Any) -> None:
    assert findings(report) == [("", "wrong-type")]


def test_everything_is_found_at_once() -> None:
    report = {"system": "x", "harms": ["deth"], "moments": {"aware": iso(AT + timedelta(days=1))}}
    assert sorted(findings(report)) == [
        ("/harms/0", "unknown-term"),
        ("/incident", "missing"),
        ("/moments/aware", "in-the-future"),
        ("/system", "unknown-system"),
    ]


@pytest.mark.parametrize(
    ("facts", "nearest"),
    [
        ({"system": "triag"}, "triage"),
        ({"system": "Chat_Bot"}, "chat-bot"),
        ({"harms": ["deth"]}, "death"),
        ({"harm": []}, "harms"),
        ({"impact": {"people_afected": 1}}, "people_affected"),
        ({"personal_data": {"risk": "Unlikely"}}, "unlikely"),
        ({"system": "zzz"}, ""),
        ({"zzzzz": 1}, ""),
    ],
)
def test_a_misspelt_name_comes_with_the_nearest(facts: dict[str, Any], nearest: str) -> None:
    found = only({**factory.report(), **facts})
    assert found.nearest == nearest
    assert (f"Did you mean {nearest!r}?" in found.detail) is bool(nearest)


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ({"a": None}, {}),
        ({"a": "unknown"}, {}),
        ({"a": {"b": None, "c": 1}}, {"a": {"c": 1}}),
        ({"a": [{"b": "unknown"}]}, {"a": [{}]}),
        ({"a": ["unknown"]}, {"a": ["unknown"]}),
        ({"a": "Unknown thing"}, {"a": "Unknown thing"}),
        ({"a": False, "b": 0, "c": ""}, {"a": False, "b": 0, "c": ""}),
        ([None], [None]),
    ],
)
def test_null_and_unknown_are_absence(value: Any, known: Any) -> None:
    assert reports.known_facts(value) == known


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-22T09:30:00Z", datetime(2026, 11, 22, 9, 30, tzinfo=UTC)),
        ("2026-11-22t09:30:00z", datetime(2026, 11, 22, 9, 30, tzinfo=UTC)),
        ("2026-11-22T10:30:00+01:00", datetime(2026, 11, 22, 9, 30, tzinfo=UTC)),
        ("2026-11-22T09:30:00.1234567Z", datetime(2026, 11, 22, 9, 30, 0, 123456, UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31T23:59:60.5Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2026-11-22T09:30:00", None),
        ("2026-13-22T09:30:00Z", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("", None),
        (7, None),
    ],
)
def test_an_instant_is_read_in_utc_or_not_at_all(text: object, instant: datetime | None) -> None:
    assert reports.instant_of(text) == instant


def test_a_finding_does_not_repeat_long_values() -> None:
    found = only(factory.report(harms=["x" * 5000]))
    assert len(found.detail) < 200
