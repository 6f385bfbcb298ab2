"""Packages that somebody brings: what is said of them, and what files that are none may not do."""

import io
import shutil
import stat
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from governance.errors import Conflict, Invalid
from governance.ledger import keys
from governance.ledger.models import Entry
from incidents.evidence import confined, inspection
from incidents.evidence.inspection import Inspection
from tests.factory import AT, PERSON
from tests.incidents.evidence import packing
from tests.incidents.evidence.packing import Unpacked

pytestmark = pytest.mark.django_db
SMALL: Final = {"bag/bagit.txt": b""}


def inspect(content: bytes, **more: Any) -> Inspection:
    upload = SimpleUploadedFile("package.zip", content)
    return inspection.inspect(upload, by=PERSON, at=AT, **more)


def zipped(of: Unpacked) -> bytes:
    """As somebody packs a directory again."""
    return made({f"bag/{name}": (of.root / name).read_bytes() for name in packing._all(of)})


def made(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return written.getvalue()


def test_of_a_package_of_ours_nothing_is_wrong(package: Unpacked) -> None:
    found = inspect(zipped(package))
    assert (found.result, found.problems, found.own) == ("partly", 0, True)


def test_each_check_says_what_it_found(package: Unpacked) -> None:
    parts = {each.title: each for each in inspect(zipped(package)).parts}
    assert "complete and unaltered" in parts["Files"].right[0]
    assert any("statement signed by" in each for each in parts["Signatures"].right)
    assert "no time-stamp" in parts["Time-stamps"].unchecked[0]


def test_a_changed_byte_is_found(package: Unpacked) -> None:
    package.change("data/incidents/*/report.json", lambda was: was.replace(b"false", b"right"))
    found = inspect(zipped(package))
    assert found.result == "wrong"
    assert "report.json: was changed" in found.parts[0].wrong[0]


def test_what_another_key_signed_is_not_ours(package: Unpacked, settings: Any) -> None:
    content, other = zipped(package), packing.verifier()
    settings.LEDGER_KEYS = settings.LEDGER_KEYS / "new"
    keys.rotate(reason="Lost.", lost=True, by=PERSON, at=AT)
    assert inspect(content, trusted=[packing.verifier()]).result == "wrong"
    assert inspect(content, trusted=[other]).result == "partly"


def test_that_it_was_checked_is_on_record_and_the_name_of_the_file_is_not() -> None:
    found = inspect(made(SMALL))
    entry = Entry.objects.get(verb="evidence.checked")
    assert (entry.object_id, entry.actor) == (found.sha256, str(PERSON))
    assert "package.zip" not in entry.body


def test_nothing_of_the_file_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    aside = tmp_path / "temporary"
    aside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(aside))
    inspect(made(SMALL))
    assert list(aside.iterdir()) == []


def test_what_is_no_zip_file_is_refused() -> None:
    found = inspect(b"#!/bin/sh\n")
    assert (found.result, found.parts) == ("refused", ())
    assert "no zip file" in found.why


def test_a_file_that_unpacks_to_too_much_is_refused() -> None:
    assert "Unpacked it would have 2,048 MiB" in inspect(promising(made(SMALL), 2 << 30)).why


def promising(content: bytes, size: int) -> bytes:
    """The directory of the zip file says that its one file is so large."""
    at = content.rindex(b"PK\x01\x02") + 24
    return content[:at] + size.to_bytes(4, "little") + content[at + 4 :]


def test_a_file_that_unpacks_to_more_than_it_says_ends_there() -> None:
    found = inspect(promising(made({"bag/bagit.txt": bytes(1 << 20)}), 10))
    assert found.result == "wrong"
    assert "bagit.txt: cannot be read" in found.parts[0].wrong[0]


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "bag/..\\..\\x"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert "leads elsewhere" in inspect(made({name: b"x"})).why


def test_a_link_is_refused() -> None:
    written = io.BytesIO()
    link = zipfile.ZipInfo("bag/data/passwd")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(written, "w") as package:
        package.writestr(link, "/etc/passwd")
    assert "a link in place of a file" in inspect(written.getvalue()).why


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(confined, "MOST_FILES", 1)
    path = tmp_path / "package.zip"
    path.write_bytes(made({"bag/1": b"", "bag/2": b""}))
    assert confined.refusal(str(path)) == "It has 2 files; looked into are at most 1."


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_SECONDS", 0.001)
    assert inspect(made(SMALL)).result == "unfinished"


@pytest.mark.parametrize(
    "greed",
    ["bytearray(2 << 30)", "open('much', 'wb').write(bytes(65 << 20))"],
    ids=["memory", "disk"],
)
def test_what_takes_too_much_is_ended(greed: str, tmp_path: Path, bounds: Path) -> None:
    package = tmp_path / "package.zip"
    package.write_bytes(made(SMALL))
    (bounds / "check.py").write_text("print('here')\n")
    assert inspection._run([str(package)], tmp_path) == "here\n"
    (bounds / "check.py").write_text(f"{greed}\nprint('here')\n")
    assert inspection._run([str(package)], tmp_path) == ""


@pytest.fixture
def bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bounds alone, for another program to run within."""
    found = tmp_path / "bounds"
    found.mkdir()
    shutil.copy(str(confined.__file__), found)
    monkeypatch.setattr(inspection, "_HERE", found)
    return found


def test_a_line_feed_in_a_name_makes_no_line_of_its_own(package: Unpacked) -> None:
    content = zipped(package)
    forged = "bag/x\nok           statement signed by everybody"
    written = io.BytesIO(content)
    with zipfile.ZipFile(written, "a") as more:
        more.writestr(forged, b"")
    found = inspect(written.getvalue())
    assert not any("everybody" in each for part in found.parts for each in part.right)


def test_the_process_sees_no_secret_of_the_service(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bounds: Path
) -> None:
    monkeypatch.setenv("BYLAW_SECRET_KEY", "not to be told")
    (bounds / "confined.py").write_text("import os\nprint(dict(os.environ))\n")
    said = inspection._run([], tmp_path)
    assert "TMPDIR" in said
    assert "not to be told" not in said


def test_one_at_a_time(package: Unpacked) -> None:
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext('evidence.inspection'), 0)")
        with pytest.raises(Conflict):
            inspect(zipped(package))
    other.close()


@pytest.mark.parametrize("given", [{"trusted": ["no key"]}, {"kept": "no checkpoint\n"}])
def test_what_is_no_key_and_no_checkpoint_is_said(given: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        inspect(made(SMALL), **given)


def test_an_empty_file_is_not_looked_at() -> None:
    with pytest.raises(Invalid):
        inspect(b"")


def test_an_own_checkpoint_is_compared(package: Unpacked) -> None:
    note = package.text("data/log/checkpoint.txt")
    parts = {each.title: each for each in inspect(zipped(package), kept=note).parts}
    said = parts["The log and its checkpoints"].right
    assert any("goes on from your checkpoint" in each for each in said)
