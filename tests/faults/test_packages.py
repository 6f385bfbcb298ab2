"""An evidence package is made in the end, wherever the worker dies over it."""

from pathlib import Path
from typing import Any

from tests.faults import steps
from tests.flows.tool import Tool, outage
from tests.incidents.evidence import packing
from tests.live.stack import Stack, wait_for


def ask(tool: Tool, incident: Any) -> str:
    body = {"kind": "incident", "incident": incident["reference"]}
    return str(tool.post("/exports", body, expect=202)["id"])


def made(tool: Tool, export: str) -> Any:
    """What became of it; after a death its lease has to run out."""
    return wait_for(
        lambda: tool.get(f"/exports/{export}"),
        until=lambda seen: seen["state"] == "done",
        within=120,
    )


def begun(tool: Tool, export: str) -> bool:
    return bool(tool.get(f"/exports/{export}")["state"] == "running")


def checked(tool: Tool, found: Any, directory: Path) -> packing.Checked:
    path = directory / "package.zip"
    path.write_bytes(tool.file(found["package"]))
    return packing.check(path)


def test_killed_before_the_row_says_that_the_file_is_there_it_is_made_again(
    tool: Tool, stack: Stack, tmp_path: Path
) -> None:
    incident = steps.acknowledged(tool)
    steps.settled(stack)  # else whatever is to be said waits for the ledger first
    stack.kill("worker")
    export = ask(tool, incident)
    with stack.locked("ledger_entry"):
        stack.start("worker")
        assert wait_for(lambda: begun(tool, export), within=90), stack.log("worker")
        assert stack.wait_until_blocked(within=90), stack.log("worker")
        stack.kill("worker")
    assert tool.get(f"/exports/{export}")["state"] == "running"

    stack.start("worker")

    found = made(tool, export)
    assert found["state"] == "done", stack.log("worker")
    assert "WRONG" not in checked(tool, found, tmp_path).said


def test_a_database_that_ends_every_session_keeps_no_package_from_being_made(
    tool: Tool, stack: Stack, tmp_path: Path
) -> None:
    incident = tool.report(outage())
    export = ask(tool, incident)
    stack.cut_connections()
    found = made(tool, export)
    assert found["state"] == "done", stack.log("worker")
    assert "WRONG" not in checked(tool, found, tmp_path).said
