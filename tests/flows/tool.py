"""An engineering tool: what it knows of Bylaw is the REST interface."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from tests.live.stack import Stack, wait_for

POLICIES: Final = Path(__file__).parent / "policies"
HOUR: Final = timedelta(hours=1)
#: Two people who put a directory in force: one writes, the other approves.
_PUT_IN_FORCE: Final = """
from pathlib import Path
from governance import clock
from policies import plans, shipped
from tests import factory
plans.apply(
    shipped.load([Path({directory!r})]),
    by=factory.person("author", "compliance-officer"),
    at=clock.now(),
    approve=plans.Approval(factory.approver()),
)
"""


class Tool:
    """Raises httpx.HTTPStatusError where an answer is not as `expect` says."""

    def __init__(self, url: str, key: str) -> None:
        self.headers = {"Authorization": f"Bearer {key}"}
        self._client = httpx.Client(
            base_url=f"{url}/api/v1",
            headers=self.headers,
            timeout=30,
            trust_env=False,
        )

    def get(self, path: str, **params: str) -> Any:
        answer = self._client.get(path, params=params)
        answer.raise_for_status()
        return answer.json()

    def file(self, path: str) -> bytes:
        answer = self._client.get(path.removeprefix("/api/v1"))
        answer.raise_for_status()
        return answer.content

    def post(
        self,
        path: str,
        body: object,
        *,
        expect: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        answer = self._client.post(path, json=body, headers=headers)
        assert answer.status_code == expect, answer.text
        return answer.json()

    def report(self, body: object, *, key: str | None = None) -> Any:
        headers = {"Idempotency-Key": key} if key else None
        return self.post("/incidents", body, expect=201, headers=headers)

    def verbs(self, incident: Mapping[str, Any]) -> list[str]:
        """What the audit trail says happened, oldest first."""
        found = self.get("/ledger/entries", incident=incident["id"], page_size="500")["results"]
        return [entry["record"]["verb"] for entry in reversed(found)]

    def stage(self, incident: Mapping[str, Any], stage: str) -> Any:
        """A stage of the one-hour rule as it is now."""
        now = self.get(f"/incidents/{incident['reference']}")
        duty = next(each for each in now["duties"] if each["duty"] == "tell-authority")
        return next(each for each in duty["stages"] if each["stage"] == stage)


def tool(stack: Stack) -> Tool:
    """A tool with every scope, and the quick policies in force."""
    stack.manage("shell", "--command", _PUT_IN_FORCE.format(directory=str(POLICIES)))
    scopes = [
        "incidents:report",
        "incidents:read",
        "incidents:respond",
        "policies:read",
        "ledger:read",
        "evidence:export",
        "personal:read",
    ]
    arguments = [argument for scope in scopes for argument in ("--scope", scope)]
    made = stack.manage("api_key", "create", "flow test", *arguments)
    return Tool(stack.url, made.stdout.strip())


def outage(*, legal_end_in: timedelta | None = None) -> dict[str, Any]:
    """An outage of the feature store, of which we became aware one hour before `legal_end_in`."""
    facts: dict[str, Any] = {
        "incident": {
            "title": "Feature store returns stale values",
            "narrative": "Every model that reads it decides on yesterday's features.",
        },
        "system": "feature-store",
        "failure_modes": ["feature_store_outage"],
        "harms": ["financial_loss"],
    }
    if legal_end_in is not None:
        facts["moments"] = {"aware": (datetime.now(UTC) - HOUR + legal_end_in).isoformat()}
    return facts


def mails(stack: Stack, address: str, words: str, *, within: float = 30) -> list[Any]:
    """The messages to `address` whose subject has `words`, once there is one."""
    return wait_for(
        lambda: [each for each in stack.mail.to(address) if words in str(each["Subject"])],
        within=within,
    )


def plain(mail: Any) -> str:
    """The text of a mail, beside which the same stands as HTML."""
    text: str = mail.get_body(("plain",)).get_content()
    return text
