"""Pictures of every page for the documentation: `make pictures`.

A service of its own is started as `make demo` starts it, in a directory that is thrown away; one
more incident is reported and worked on over the API (`story`), and each page is photographed.
"""

import json
import os
import re
import shlex
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from governance.embedded import commands
from governance.embedded.addresses import next_free
from tests.browser import story
from tests.live.browser import chromium
from tests.live.stack import CHECKOUT

IMAGES: Final = CHECKOUT / "docs" / "images"
_QUIET: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
#: What `up --demo` says, by what we need of it.
_SAID: Final = {
    "password": re.compile(r"^Password: +(\S+)", re.M),
    "report": re.compile(r"^  -d ('.*')$", re.M),
    "key": re.compile(r"Bearer (\S+?)'"),
    "filled": re.compile(r"^(Accounted for)", re.M),
}
_PATIENCE_SECONDS: Final = 1800
#: In CSS pixels: on a desk, and on a phone.
DESK: Final = (1360, 900)
PHONE: Final = (390, 844)
_COLOURS: Final = 128


@dataclass(frozen=True)
class Shot:
    """`path` may name what the story made, as `{incident}`."""

    name: str
    path: str
    size: tuple[int, int] = DESK
    dark: bool = False


SHOTS: Final = (
    Shot("home", "/"),
    Shot("home-dark", "/", dark=True),
    Shot("home-phone", "/", PHONE),
    Shot("board", "/incidents/clock/"),
    Shot("board-phone", "/incidents/clock/", PHONE),
    Shot("incidents", "/incidents/incident/"),
    Shot("incident", "/incidents/incident/{incident}/change/", (1360, 1300)),
    Shot("incident-dark", "/incidents/incident/{incident}/change/", dark=True),
    Shot("incident-phone", "/incidents/incident/{incident}/change/", PHONE),
    Shot("deadline", "/incidents/clock/{clock}/change/"),
    Shot("duties", "/incidents/duty/"),
    Shot("schedule", "/incidents/timer/"),
    Shot("notice", "/incidents/notice/{notice}/change/"),
    Shot("notices", "/incidents/notice/"),
    Shot("submissions", "/incidents/submission/"),
    Shot("systems", "/incidents/incident/systems/"),
    Shot("dry-run", "/incidents/incident/dry-run/"),
    Shot("dispensations", "/incidents/dispensation/"),
    Shot("moments", "/incidents/moment/"),
    Shot("reassessments", "/incidents/reassessmentrun/"),
    Shot("statistics", "/incidents/incident/statistics/", (1360, 1300)),
    Shot("statistics-board", "/incidents/incident/statistics/board/", (1000, 1300)),
    Shot("policies", "/policies/policyversion/"),
    Shot("policy", "/policies/policyversion/{policy}/change/"),
    Shot("policy-draft", "/policies/policyversion/{draft}/edit/", (1360, 1100)),
    Shot("policy-draft-dark", "/policies/policyversion/{draft}/edit/", dark=True),
    Shot("escalation", "/policies/policyversion/escalation/"),
    Shot("all-duties", "/policies/policyversion/duties/"),
    Shot("calendar", "/policies/policyversion/calendar/"),
    Shot("rules-on-a-day", "/policies/policyversion/days/"),
    Shot("on-call-feeds", "/policies/oncallfeed/"),
    Shot("trail", "/ledger/entry/"),
    Shot("trail-phone", "/ledger/entry/", PHONE),
    Shot("checkpoints", "/ledger/checkpoint/"),
    Shot("signing-keys", "/ledger/signingkey/"),
    Shot("verifications", "/ledger/verification/"),
    Shot("packages", "/incidents/export/"),
    Shot("package", "/incidents/export/{export}/change/"),
    Shot("check-package", "/incidents/export/check/"),
    Shot("erasures", "/incidents/erasure/"),
    Shot("legal-holds", "/incidents/legalhold/"),
    Shot("retention", "/incidents/retained/"),
    Shot("messages", "/outbox/message/"),
    Shot("people", "/accounts/user/"),
    Shot("teams", "/accounts/team/"),
    Shot("keys", "/accounts/apikey/"),
    Shot("webhooks", "/webhook/webhookendpoint/"),
    Shot("subscriptions", "/incidents/subscription/"),
    Shot("manual", "/manual/"),
    Shot("manual-page", "/manual/officer/"),
    Shot("account", "/account/"),
    Shot("api", "/api/docs/"),
)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, running(Path(directory)) as (url, said):
        report = json.loads(shlex.split(said["report"])[0])
        made = story.told(url, said["key"], report)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=_QUIET)
            take(browser, url, said["password"], made, SHOTS)
            browser.close()


@contextmanager
def running(directory: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The address of what `make demo` starts, once its incidents are in, and what was said."""
    port, log = next_free(8100), directory / "said.txt"
    own = {"BYLAW_VAR": str(directory / "var"), "BYLAW_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    with log.open("w") as out:
        process = subprocess.Popen(
            commands.manage("up", "--demo"), cwd=CHECKOUT, env=os.environ | own, stdout=out
        )
    try:
        yield f"http://localhost:{port}", _said(process, log)
    finally:
        process.terminate()
        process.wait()


def _said(process: "subprocess.Popen[bytes]", log: Path) -> Mapping[str, str]:
    """Raises RuntimeError where it ends, or says nothing for too long."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < end:
        text = log.read_text()
        found = {name: sought.search(text) for name, sought in _SAID.items()}
        if all(found.values()):
            return {name: each[1] for name, each in found.items() if each is not None}
        time.sleep(1)
    raise RuntimeError(f"The service did not come up:\n{log.read_text()[-2000:]}")


def take(
    browser: Browser, url: str, password: str, made: Mapping[str, str], shots: Sequence[Shot]
) -> None:
    page = browser.new_page(base_url=url, reduced_motion="reduce")
    page.goto("/login/")
    page.fill("input[name=username]", "admin")
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_url("/")
    for shot in shots:
        _take(page, shot, made)


def _take(page: Page, shot: Shot, made: Mapping[str, str]) -> None:
    width, height = shot.size
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if shot.dark else "light")
    answer = page.goto(shot.path.format(**made))
    if answer is None or not answer.ok:
        raise RuntimeError(f"{shot.name}: {answer and answer.status} of {shot.path}")
    page.wait_for_load_state("networkidle")
    file = IMAGES / f"{shot.name}.png"
    page.screenshot(path=file)
    with Image.open(file) as image:
        image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    main()
