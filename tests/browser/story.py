"""One incident as a company would work on it, over the API, so that each page has something to
show."""

import re
import time
from collections.abc import Mapping
from typing import Any, Final

import httpx

_PATIENCE_SECONDS: Final = 300


def told(url: str, key: str, report: object) -> Mapping[str, str]:
    """Ids of what came of it, by kind."""
    with httpx.Client(
        base_url=f"{url}/api/v1",
        headers={"Authorization": f"Bearer {key}"},
        timeout=120,
        trust_env=False,
    ) as client:
        return _told(client, report)


def _told(client: httpx.Client, report: object) -> Mapping[str, str]:
    incident = _post(client, "/incidents", report)
    reference = incident["reference"]
    for words in ("Rolled back to the release of yesterday.", "40 customers are concerned."):
        _post(client, f"/incidents/{reference}/notes", {"text": words})
    clock = _running(_get(client, f"/incidents/{reference}"))
    notice = _post(client, f"/clocks/{clock}/notice", {})
    export = _post(client, "/exports", {"kind": "incident", "incident": reference})
    _post(client, "/ledger/verifications", {})
    _until(client, f"/exports/{export['id']}", "state", "done")
    policy = _get(client, "/policies", kind="ObligationPolicy", name="eu-gdpr-33-34")["results"][0]
    draft = _post(client, "/policies", {"text": _next(client, policy["id"])})
    return {
        "incident": incident["id"],
        "clock": clock,
        "notice": notice["id"],
        "export": export["id"],
        "policy": policy["id"],
        "draft": draft["id"],
    }


def _next(client: httpx.Client, id_: str) -> str:
    """The text of a policy as its author's next version."""
    text: str = _get(client, f"/policies/{id_}")["text"]
    return re.sub(r"^(  version: )\S+$", r"\g<1>9.0.0", text, count=1, flags=re.M)


def _running(incident: Mapping[str, Any]) -> str:
    """The clock that is due first."""
    clocks = [
        stage
        for duty in incident["duties"]
        for stage in duty["stages"]
        if stage["state"] == "running" and stage["conservative_due"] and not duty["shadow"]
    ]
    return str(min(clocks, key=lambda each: each["conservative_due"])["id"])


def _until(client: httpx.Client, path: str, name: str, value: str) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while _get(client, path)[name] != value:
        if time.monotonic() > end:
            raise TimeoutError(f"{path} did not become {value}.")
        time.sleep(1)


def _get(client: httpx.Client, path: str, **query: str) -> Any:
    return _json(client.get(path, params=query))


def _post(client: httpx.Client, path: str, body: object) -> Any:
    return _json(client.post(path, json=body))


def _json(answer: httpx.Response) -> Any:
    if answer.is_error:
        raise RuntimeError(f"{answer.request.url}: {answer.status_code} {answer.text[:2000]}")
    return answer.json()
