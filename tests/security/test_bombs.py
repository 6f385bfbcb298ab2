"""Bodies, files and rules that are small to send and endless to read. Each is refused, or read for
no more than it is; none is a fault of ours."""

import json
from itertools import pairwise
from typing import Any, Final

import pytest
from django.conf import settings

from governance.api import parsing
from incidents.models import Attachment, Incident, Submission
from policies import documents, report_schema, reports
from policies.conditions.operators import texts
from policies.conditions.operators.operator import BadOperandError
from tests import factory
from tests.security import walk

pytestmark = pytest.mark.usefixtures("house")
_LONG: Final = settings.REPORT_BODY_LIMIT

JSON: Final[dict[str, bytes]] = {
    "deep lists": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "never closed": b"[" * 900_000,
    "one level too deep": b"[" * (parsing.MOST_DEPTH + 1) + b"]" * (parsing.MOST_DEPTH + 1),
    "a name twice": b'{"system":"triage","system":"other"}',
    "an escaped name twice": b'{"system":"triage","sy\\u0073tem":"other"}',
    "a long number": b'{"a":' + b"9" * 500_000 + b"}",
    "a large exponent": b'{"a":1e999999999}',
    "a small exponent is nought": b'{"a":1e-999999999}',
    "not a number": b'{"a":NaN}',
    "infinity": b'{"a":-Infinity}',
    "half a pair": b'{"a":"\\ud800"}',
    "U+0000": b'{"a":"\\u0000"}',
    "U+0000 in a name": b'{"a\\u0000":1}',
    "a byte order mark": b'\xef\xbb\xbf{"a":1}',
    "another encoding": '{"a":1}'.encode("utf-16"),
    "overlong": b'{"a":"\xc0\x80"}',
    "two values": b'{"a":1}{"b":2}',
    "a comment": b'{"a":1}//',
    "a trailing comma": b'{"a":1,}',
    "many names": json.dumps({f"n{each}": each for each in range(60_000)}).encode(),
    "nothing": b"",
    "too long": b'{"a":"' + b"x" * _LONG + b'"}',
}


@pytest.mark.parametrize("name", sorted(JSON))
def test_no_body_of_a_report_is_a_fault_of_ours(name: str) -> None:
    answer = factory.post(walk.tool(), "incidents", JSON[name])
    assert 400 <= answer.status_code < 500
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", sorted(JSON))
def test_no_body_of_a_change_is_a_fault_of_ours(name: str) -> None:
    incident = Incident.objects.earliest("id").reference
    answer = factory.post(walk.tool(), f"incidents/{incident}/amendments", JSON[name])
    assert 400 <= answer.status_code < 500


def test_of_very_many_problems_the_first_are_told() -> None:
    """Each costs a search for the name that was meant, and a place in the answer that is kept."""
    answer = factory.post(walk.tool(), "incidents", JSON["many names"])
    assert len(answer.json()["errors"]) == reports.MOST_FINDINGS + 1
    assert answer.json()["errors"][-1]["code"] == "and-more"


def test_what_cannot_be_read_is_kept_and_never_judged() -> None:
    before = Incident.objects.count()
    factory.post(walk.tool(), "incidents", JSON["deep lists"])
    kept = Submission.objects.latest("id")
    assert (kept.problem_code, kept.incident) == ("malformed-json", None)
    assert bytes(kept.body) == JSON["deep lists"]
    assert Incident.objects.count() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("revision", 10**300),
        ("revision", -(10**30)),
        ("revision", True),
        ("revision", "9" * 5000),
        ("submitted_at", "0001-01-01T00:00:00+14:00"),
        ("submitted_at", "9999-12-31T23:59:59-14:00"),
        ("submitted_at", "9" * 5000),
        ("enclosures", ["x"] * 51),
        ("until", "0001-01-01T00:00:00+14:00"),
        ("until", "9999-12-31T23:59:59-14:00"),
        ("at", "0001-01-01T00:00:00+14:00"),
        ("at", "9999-12-31T23:59:59-14:00"),
        ("effective_from", "9999-12-31T23:59:59-14:00"),
        ("effective_from", "0001-01-01T00:00:00+14:00"),
        ("days", 10**300),
        ("overlap_hours", 10**300),
        ("reason", "\0"),
        ("facts", {"a" * 100_000: 1}),
        ("versions", [{"id": "x" * 9000}]),
        ("since", "0001-01-01T00:00:00+14:00"),
    ],
    ids=lambda each: str(each)[:24] if isinstance(each, str) else type(each).__name__,
)
def test_no_value_is_a_fault_of_ours(field: str, value: Any) -> None:
    """In the place of the right one, among others that are right where they are known."""
    caller, failed = walk.session(), {}
    usual = {"reason": "Why.", "because": "Why.", "comment": "Why.", "note": "Why.", "basis": "b"}
    usual |= {"at": "2026-11-23T08:00:00Z", "moment": "aware", "until": "2099-01-01T00:00:00Z"}
    usual |= {"submitted_at": "2026-11-23T08:00:00Z", "ground": "Art. 9", "days": 7}
    usual |= {"revision": 1, "sent_to": "a", "channel": "b", "subject": "s", "body": "b"}
    usual |= {"state": "closed", "recipient": "r", "kind": "period"}
    usual |= {"since": "2026-01-01T00:00:00Z"}
    for door in walk.of_the_api():
        for method in walk.unsafe(door):
            takes = getattr(door.view, "takes", None)
            names = set(takes().fields) if takes else {*usual, field}
            if field in names:
                given = {name: each for name, each in usual.items() if name in names}
                raw = json.dumps({**given, field: value})
                answer = caller.generic(method.upper(), door.address, raw, "application/json")
                if answer.status_code >= 500:
                    failed[f"{method} {door.route}"] = answer.status_code
    assert failed == {}


# --- forms ----------------------------------------------------------------------------------------


def form(*parts: str) -> bytes:
    return "".join(f"--x\r\n{part}\r\n" for part in parts).encode() + b"--x--\r\n"


def field(name: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n1'


def file(name: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"; filename="a.txt"\r\n\r\n1'


FORMS: Final[dict[str, bytes]] = {
    "thousands of fields": form(*(field(f"f{each}") for each in range(5000))),
    "thousands of files": form(*(file(f"f{each}") for each in range(2000))),
    "two files": form(file("file"), file("file2")),
    "a file under another name": form(file("other")),
    "a long header": form(f"X-Long: {'x' * 100_000}\r\n{file('file')}"),
    "thousands of headers": form("".join(f"X-{each}: 1\r\n" for each in range(3000)) + file("a")),
    "never ended": b"--x\r\nContent-Disposition: form-data",
    "nothing": b"",
}


@pytest.mark.parametrize("name", sorted(FORMS))
@pytest.mark.parametrize("by", ["key", "session"])
def test_no_form_is_a_fault_of_ours(name: str, by: str) -> None:
    caller = walk.tool() if by == "key" else walk.session()
    incident, before = Incident.objects.earliest("id").reference, Attachment.objects.count()
    path = f"/api/v1/incidents/{incident}/attachments"
    answer = caller.generic("POST", path, FORMS[name], "multipart/form-data; boundary=x")
    assert 400 <= answer.status_code < 500
    assert Attachment.objects.count() == before


@pytest.mark.parametrize("name", sorted(FORMS))
def test_no_form_of_a_session_is_a_fault_where_json_is_wanted(name: str) -> None:
    """The token may stand in the form, so the form is read before it is known what is wanted."""
    caller = walk.session(csrf=True)
    caller.cookies["csrftoken"] = "a" * 32
    for path in ("/api/v1/incidents", "/api/v1/exports"):
        kind = "multipart/form-data; boundary=x"
        answer = caller.generic("POST", path, FORMS[name], kind)
        assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("boundary", ["", "boundary=", "boundary=\xff", f"boundary={'x' * 5000}"])
def test_a_form_whose_end_nobody_knows_is_refused(boundary: str) -> None:
    incident = Incident.objects.earliest("id").reference
    path = f"/api/v1/incidents/{incident}/attachments"
    kind = f"multipart/form-data; {boundary}"
    answer = walk.tool().generic("POST", path, FORMS["two files"], kind)
    assert answer.status_code in {400, 415}


def test_the_console_refuses_a_form_of_thousands_of_fields() -> None:
    sent = {f"f{each}": "1" for each in range(3000)}
    assert walk.everybody().client.post("/login/", sent).status_code == 400


# --- policies -------------------------------------------------------------------------------------

YAML: Final[dict[str, str]] = {
    "aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{b}: &{b} [{f'*{a},' * 9}]\n" for a, b in pairwise("abcdefghi")),
    "a merge of itself": "a: &a\n  <<: *a\n",
    "deep lists": "[" * 100_000,
    "deep mappings": "\n".join(f"{' ' * each}a:" for each in range(1500)),
    "a huge scalar": "a: " + "x" * 900_000,
    "a huge number": "a: " + "9" * 500_000,
    "a python object": "a: !!python/object/apply:os.system ['id']",
    "a tag": "a: !binary x",
    "a name twice": "kind: A\nkind: B\n",
    "many documents": "---\na: 1\n" * 20_000,
    "U+0000": "a: \0",
    "half a pair": "a: \ud800",
    "a directive": "%TAG ! tag:evil,2000:\n---\na: 1\n",
}


@pytest.mark.parametrize("name", sorted(YAML))
def test_no_text_of_a_policy_is_more_than_a_problem(name: str) -> None:
    reading = documents.read(YAML[name])
    assert reading.document is None
    assert reading.problems


@pytest.mark.parametrize("name", sorted(set(YAML) - {"half a pair", "U+0000"}))
def test_a_file_of_policies_is_judged_and_never_a_fault_of_ours(name: str) -> None:
    body = {"files": [{"path": "a.yaml", "text": YAML[name]}]}
    answer = factory.post(walk.tool(), "policies/lint", body)
    assert answer.status_code in {200, 422}


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "C:\\a",
        "a\\..\\b",
        "a/../../b",
        "a\nb",
        "~root",
        ".",
    ],
)
def test_a_path_in_a_set_of_policies_is_a_name_and_leads_nowhere(path: str) -> None:
    body = {"files": [{"path": path, "text": "kind: Nothing"}]}
    answer = factory.post(walk.tool(), "policies/lint", body)
    assert answer.status_code in {200, 422}
    assert b"root:" not in answer.content


EXPRESSIONS: Final = ("^(a+)+$", "^(a|a)*$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y")


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_takes_no_longer_than_its_text(expression: str) -> None:
    """Python's own would try 2 to the power of 40000 ways; that it ends at all is the test."""
    (matches,) = [each for each in texts.OPERATORS if each.name == "matches"]
    assert matches.build(expression).check("a" * 40_000 + "!") is False


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_a_pattern_of_a_report_takes_no_longer_than_its_text(expression: str) -> None:
    schema = {"type": "string", "pattern": expression}
    assert not report_schema.validator(schema).is_valid("a" * 40_000 + "!")


def test_an_expression_that_grows_when_it_is_compiled_is_refused() -> None:
    (matches,) = [each for each in texts.OPERATORS if each.name == "matches"]
    with pytest.raises(BadOperandError):
        matches.build("((a{1000}){1000}){1000}")


def test_a_schema_fetches_nothing_from_anywhere() -> None:
    with pytest.raises(ValueError, match="evil"):
        report_schema.validator({"$ref": "https://evil.example/schema.json"})


def test_a_search_of_the_console_is_no_expression() -> None:
    answer = walk.everybody().client.get("/incidents/incident/", {"q": "(a+)+$" * 500})
    assert answer.status_code == 200
