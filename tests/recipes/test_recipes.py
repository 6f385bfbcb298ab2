"""Every recipe of the documentation is run as it stands there, against the real service."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from governance.embedded.addresses import own_port
from tests.faults.steps import settled
from tests.flows.tool import POLICIES, Tool
from tests.flows.tool import tool as make_tool
from tests.live.stack import Stack, wait_for
from tests.live.web import WebServer
from tests.recipes import kitchen as kitchens
from tests.recipes import pages
from tests.recipes.kitchen import Kitchen, said
from tests.recipes.pages import Recipe

LANGUAGES: Final = ("sh", "python")
both = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def port() -> int:
    """Where the receiver of the recipe listens."""
    return own_port()


@pytest.fixture(scope="module")
def stack_settings(port: int) -> dict[str, str]:
    return {"BYLAW_OUTBOUND_ALLOW": f"127.0.0.1:{port}"}


@pytest.fixture(scope="module")
def tool(stack: Stack) -> Tool:
    return make_tool(stack)


@pytest.fixture(scope="module")
def key(stack: Stack) -> str:
    return kitchens.key(stack)


@pytest.fixture
def kitchen(stack: Stack, tool: Tool, key: str, tmp_path: Path) -> Kitchen:
    return Kitchen(stack, tool, kitchens.with_client(tmp_path), key)


@pytest.fixture
def chat() -> Iterator[WebServer]:
    server = WebServer()
    server.start()
    yield server
    server.stop()


def recipe(job: str, language: str) -> Recipe:
    return pages.one(job, language)


def test_every_recipe_is_tried_here() -> None:
    text = Path(__file__).read_text()
    jobs = {each.job for each in pages.recipes()} - {pages.CLIENT}
    assert [job for job in sorted(jobs) if f'"{job}"' not in text] == []
    assert len(pages.recipes()) >= 20


@both
def test_a_report_that_is_sent_twice_opens_one_incident(kitchen: Kitchen, language: str) -> None:
    chosen = recipe("Report an incident, with retries", language)
    first, second = kitchen.run(chosen), kitchen.run(chosen)
    assert first == second
    assert first.startswith("INC-")


@both
def test_of_many_each_is_taken_by_itself(kitchen: Kitchen, language: str) -> None:
    told = kitchen.run(recipe("Report many at once", language))
    assert " 201 INC-" in told
    assert (" 422 invalid-report" in told) == (language == "sh")
    assert "Late answers" in kitchen.titles()


@both
def test_a_refused_report_is_corrected(kitchen: Kitchen, language: str) -> None:
    told = kitchen.run(recipe("Correct a report that was refused", language))
    assert told.startswith("unknown-system")
    assert told.split()[-1].startswith("INC-")


@both
def test_facts_are_amended(kitchen: Kitchen, language: str) -> None:
    incident = kitchen.incident()
    kitchen.tool.post(f"/incidents/{incident}/acknowledgement", {})
    settled(kitchen.stack)  # else what is being sent changes what was read
    kitchen.run(recipe("Amend the facts", language), INCIDENT=incident)
    facts = kitchen.tool.get(f"/incidents/{incident}")["report"]
    assert facts["impact"]["people_affected"] in {41, 42}


def test_changes_are_followed_a_page_at_a_time(kitchen: Kitchen) -> None:
    chosen = recipe("Follow what changes", "sh")
    first = kitchen.incident()
    assert wait_for(lambda: first in kitchen.run(chosen), within=60)
    second = kitchen.incident()
    told: list[str] = []
    assert wait_for(lambda: told.append(kitchen.run(chosen)) or second in told[-1], within=60)
    assert not [each for each in told if f"incident.reported {first}" in each]


def test_a_follower_that_is_killed_goes_on_where_it_was(kitchen: Kitchen) -> None:
    chosen = recipe("Follow what changes", "python")
    first = kitchen.incident()
    with kitchen.running(chosen) as file:
        assert said(file, first), file.read_text()
        assert wait_for((kitchen.directory / "cursor").exists)
    second = kitchen.incident()
    with kitchen.running(chosen) as file:
        assert said(file, second), file.read_text()
        assert f"incident.reported {first}" not in file.read_text()


def test_a_webhook_is_received_and_a_forged_one_is_not(kitchen: Kitchen, port: int) -> None:
    url = f"http://127.0.0.1:{port}/"
    job = "Receive a webhook and check it"
    assert kitchen.run(recipe(job, "sh"), RECEIVER_URL=url) == "active\n"
    with kitchen.running(recipe(job, "python"), PORT=str(port)) as file:
        incident = kitchen.incident()
        assert said(file, f"incident.reported {incident}"), file.read_text()
        now = str(int(datetime.now(UTC).timestamp()))
        forged = {"webhook-id": "1", "webhook-timestamp": now, "webhook-signature": "v1,AAAA"}
        answer = httpx.post(url, content=b"{}", headers=forged, trust_env=False)
    assert answer.status_code == 401


@both
def test_what_a_report_would_get_is_seen_and_nothing_is_made(
    kitchen: Kitchen, language: str
) -> None:
    kitchen.run(recipe("See in a pipeline what a report would get", language))
    assert "Probe" not in kitchen.titles()


@both
def test_the_chat_hears_of_deadlines(kitchen: Kitchen, chat: WebServer, language: str) -> None:
    aware = (datetime.now(UTC) - timedelta(hours=71)).isoformat()
    breach = {"personal_data": {"breach": True, "risk": "high"}, "moments": {"aware": aware}}
    incident = kitchen.incident(**breach)
    kitchen.run(recipe("Put the deadlines into a chat", language), CHAT_URL=chat.url)
    (message,) = chat.asked
    assert incident in json.loads(message.body)["text"]


@both
def test_evidence_is_exported_and_checked(kitchen: Kitchen, language: str) -> None:
    incident = kitchen.incident()
    chosen = recipe("Export the evidence of an incident and check it", language)
    assert incident in kitchen.run(chosen, INCIDENT=incident)


@both
def test_a_key_is_rotated(kitchen: Kitchen, stack: Stack, language: str) -> None:
    old = kitchens.key(stack)
    kitchen.run(recipe("Rotate an API key", language), BYLAW_API_KEY=old)
    new = (kitchen.directory / "key").read_text().strip()
    assert new.startswith("bylaw_")
    assert new != old


@both
def test_a_secret_is_rotated(kitchen: Kitchen, language: str) -> None:
    name = f"rotated-{language}"
    endpoint = {"name": name, "url": "https://hooks.example.org/in"}
    headers = {"Authorization": f"Bearer {kitchen.key}"}
    url = f"{kitchen.stack.url}/api/v1/webhook-endpoints"
    assert httpx.post(url, json=endpoint, headers=headers, trust_env=False).status_code == 201
    kitchen.run(recipe("Rotate the secret of a webhook", language), ENDPOINT=name)
    secret = (kitchen.directory / "secret").read_text().strip()
    found: Any = httpx.get(f"{url}/{name}", headers=headers, trust_env=False).json()
    assert secret.startswith("whsec_")
    assert len(found["secrets"]) == 2


@both
def test_a_policy_is_submitted_from_a_repository(kitchen: Kitchen, language: str) -> None:
    _repository(kitchen.directory, language)
    kitchen.run(recipe("Submit a policy from a repository", language))
    waiting = kitchen.stack.rows(
        "SELECT status FROM policies_policyversion WHERE name = %s", f"one-hour-rule-{language}"
    )
    assert waiting == [("in_review",)]


def _repository(directory: Path, language: str) -> None:
    (directory / "policies").mkdir()
    text = (POLICIES / "duty.yaml").read_text()
    text = text.replace("name: one-hour-rule", f"name: one-hour-rule-{language}")
    (directory / "policies" / "rule.yaml").write_text(text)


def test_the_client_gives_up_on_what_nobody_answers(kitchen: Kitchen) -> None:
    """So that a pipeline fails instead of hanging."""
    code = "import bylaw\nbylaw.call('GET', '/me', tries=1)"
    with pytest.raises(AssertionError, match="refused"):
        kitchen.run(Recipe("", "python", code), BYLAW_URL="http://127.0.0.1:1")
