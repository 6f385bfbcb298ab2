"""The pages of the API as a browser shows them: all of it, from this service alone."""

from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.live.stack import Stack


def watched(page: Page, url: str) -> list[str]:
    """What the browser complains of, and every request that leaves the service."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if said.type != "log" else None)
    page.on("request", lambda sent: None if _ours(sent.url, url) else found.append(sent.url))
    return found


def _ours(address: str, url: str) -> bool:
    return address.startswith((url, "data:", "blob:"))


def described(page: Page) -> dict[str, set[str]]:
    """Tag → the operations under it."""
    paths: Any = page.request.get("/api/v1/openapi.json").json()["paths"]
    found: dict[str, set[str]] = {}
    for operations in paths.values():
        for each in operations.values():
            found.setdefault(each["tags"][0], set()).add(each["operationId"])
    return found


def test_every_operation_is_shown_without_a_word_to_anybody_else(
    browser: Browser, stack: Stack
) -> None:
    """One tag at a time, as the pages draw only what is to be seen."""
    with browser.new_context(base_url=stack.url) as context:
        page = context.new_page()
        complaints = watched(page, stack.url)
        page.goto("/api/docs/")
        wanted = page.get_by_placeholder("Filter by tag")
        for tag, ids in described(page).items():
            wanted.fill(tag)
            page.click(f"#operations-tag-{tag}")
            for name in ids:
                expect(page.locator(f"#operations-{tag}-{name}")).to_be_attached()
        wanted.fill("incidents")
        report = page.locator("#operations-incidents-incidents_post")
        report.locator(".opblock-summary-control").click()
        expect(report).to_contain_text("Assistant shows foreign orders")
        assert complaints == []
