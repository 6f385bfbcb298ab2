"""An auditor reads, verifies, takes a package along and checks it; and changes nothing."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

from playwright.sync_api import expect

from tests.browser.stories.person import Person

#: What an auditor may not, and finds no way to.
CLOSED: Final = ("/policies/policyversion/add/", "/accounts/user/")


def narrows_the_trail(olga: Person, verb: str) -> None:
    olga.menu("Audit trail")
    olga.sees("the whole trail")
    if olga.look.phone:
        olga.opens("Narrow the trail")
    olga.page.get_by_label("What happened").select_option(verb)
    olga.page.get_by_role("button", name="Show", exact=True).click()
    olga.page.wait_for_url(f"**verb={verb}*")
    expect(olga.page.locator("#activity svg a").first).to_be_attached()
    olga.sees("the trail narrowed and drawn")
    olga.page.locator("#activity svg a").last.click(force=True)
    olga.page.wait_for_url("**since=*")
    olga.sees("what a bar leads to")


def reads_a_difference(olga: Person, verb: str) -> None:
    olga.page.locator("#result_list").get_by_role("link", name=verb).first.click()
    row = olga.page.locator("#difference tr", has_text="state")
    expect(row).to_contain_text("open")
    expect(row).to_contain_text("resolved")
    olga.opens("Its exact bytes and their digest")
    olga.reads("fits the bytes")
    olga.sees("what an entry changed")


def verifies_the_trail(olga: Person) -> None:
    olga.menu("Verifications")
    olga.sees("verifications")
    olga.page.get_by_role("link", name="New verification").click()
    olga.sees("what a verification asks")
    olga.page.get_by_role("button", name="Create").click()
    olga.sees("a verification begins")
    expect(olga.page.get_by_text("Everything is as it was sealed.")).to_be_visible(timeout=90_000)
    expect(olga.page.locator("progress")).to_have_count(0)
    olga.sees("a verification has ended")


def orders_a_package(olga: Person, reference: str) -> None:
    olga.menu("Evidence packages")
    olga.sees("packages")
    olga.page.get_by_role("link", name="New evidence package").click()
    olga.page.get_by_label("Of what").select_option("One incident")
    olga.page.get_by_label("Incident", exact=True).fill(reference)
    olga.sees("what a package asks")
    olga.page.get_by_role("button", name="Create").click()
    olga.sees("a package is being made")
    expect(olga.page.get_by_role("link", name="Download, ")).to_be_visible(timeout=60_000)
    olga.sees("a package is ready")


def takes_it_along(olga: Person, directory: Path) -> Path:
    with olga.page.expect_download() as download:
        olga.page.get_by_role("link", name="Download, ").click()
    file = directory / download.value.suggested_filename
    download.value.save_as(file)
    return file


def notes_the_key(olga: Person) -> str:
    """As the page of the package gives it, between quotes."""
    return olga.page.locator("#check pre").first.inner_text().split("'")[1]


def checks_it_by_upload(olga: Person, package: Path) -> None:
    olga.page.locator("#check").get_by_role("link", name="here, by upload").click()
    olga.page.locator("input[type=file]").set_input_files(package)
    olga.sees("a package to check")
    olga.page.get_by_role("button", name="Check").click()
    expect(olga.page.get_by_text("Nothing is wrong in what was checked.")).to_be_visible(
        timeout=60_000
    )
    olga.sees("the package is right")


def checks_it_elsewhere(package: Path, key: str) -> None:
    """With nothing but Python, in an environment in which there is nothing."""
    unpacked = package.with_suffix("")
    with zipfile.ZipFile(package) as whole:
        whole.extractall(unpacked)
    (check,) = unpacked.glob("*/check.py")
    command = [sys.executable, "-I", "-S", check.name, "--key", key]
    done = subprocess.run(command, cwd=check.parent, env={}, capture_output=True, text=True)
    assert "Nothing is wrong in what was checked." in done.stdout, done.stdout + done.stderr
    unchecked = [line for line in done.stdout.splitlines() if line.startswith("NOT CHECKED")]
    assert [line for line in unchecked if "no time-stamp of an authority" not in line] == []


def takes_the_figures_along(olga: Person) -> None:
    olga.menu("Statistics")
    olga.sees("statistics")
    assert b"<svg" in _taken(olga, "Chart as SVG")[:200]
    assert b"SEV3" in _taken(olga, "Numbers as CSV")
    olga.page.get_by_role("link", name="One page for the board").click()
    olga.sees("one page for the board")


def _taken(olga: Person, link: str) -> bytes:
    with olga.page.expect_download() as download:
        olga.page.get_by_role("link", name=link).first.click()
    return Path(download.value.path()).read_bytes()


def finds_nothing_to_change(olga: Person, reference: str) -> None:
    olga.menu("Incidents")
    olga.chooses(reference)
    expect(olga.page.locator("h2.by-title")).to_contain_text(reference)
    for name in ("Add or correct facts", "Record a moment", "Reopen", "Acknowledge"):
        expect(olga.page.get_by_text(name, exact=True)).to_have_count(0)
    olga.sees("an incident without buttons")
    olga.menu("Policy versions")
    expect(olga.page.get_by_role("link", name="New policy version")).to_have_count(0)
    olga.sees("policies without a button")


def is_refused_what_was_not_offered(olga: Person) -> None:
    """By the address bar: nothing leads there."""
    for address in CLOSED:
        olga.page.goto(address)
        expect(olga.page.get_by_role("heading", name="Not permitted")).to_be_visible()
        olga.is_refused(403, f"refused {address}")
