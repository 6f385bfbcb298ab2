"""What strangers write is text wherever it is shown: on every page, in mail, in reports for print,
in tables for spreadsheets."""

import csv
import io
import re
import stat
import zipfile
from html.parser import HTMLParser
from typing import Final
from urllib.parse import quote

import pytest
from pypdf import PdfReader
from pytest_django import DjangoDbBlocker

from governance import clock
from governance.connectors.webhook import endpoints
from governance.ledger import sequencer
from governance.outbox.models import Message
from incidents import correspondence, flow, notices
from incidents.evidence import exports, making
from incidents.models import Export, Incident
from incidents.stages.attaching import Upload
from tests import factory
from tests.incidents import noticing
from tests.security import walk

MARK: Final = "zqx"
#: Breaks out of a text, of an attribute, of a script and of a comment; each would run.
EVIL: Final = (
    f"{MARK}'\"></title></textarea></script>--><script>{MARK}()</script>"
    f"<img src=x onerror={MARK}()>"
)
#: Of what a browser runs or fetches, whatever is in it.
_RUNS: Final = re.compile(r"on[a-z]+|x-.*|@.*|hx-on.*")
_FORMULA: Final = re.compile(r"[=+@\t\r]|-(?![0-9.]+$)")
_LEADS: Final = frozenset({"href", "src", "action", "formaction", "srcdoc"})
_SCHEMES: Final = ("javascript:", "data:text", "vbscript:")


class Page(HTMLParser):
    """What a browser would make of it that came from the mark."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag in {"script", "style"}
        for name, value in attrs:
            given = value or ""
            runs = _RUNS.fullmatch(name) and MARK in given
            leads = name in _LEADS and given.strip().lower().startswith(_SCHEMES)
            if runs or leads or MARK in name or MARK in tag:
                self.found.append(f"<{tag} {name}={value!r}>")

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script and MARK in data:
            self.found.append(f"in a script: {data[:60]!r}")


@pytest.fixture(scope="module")
def pages(world: None) -> list[walk.Door]:
    """The lists of the console, and everything else that is asked for by an address."""
    return walk.all_doors()


@pytest.fixture(scope="module")
def marked(pages: list[walk.Door]) -> Incident:
    """Every free text that a tool or a person can give holds the mark."""
    at, by = clock.now(), noticing.writer()
    facts = factory.breach(at, harms=["privacy"])
    facts["incident"] = {"title": EVIL[:120], "narrative": EVIL}
    incident = factory.submit(facts, at=at)
    factory.record(incident, "aware", at, at=at)
    stage = factory.deadline(incident, "notify", "initial")
    notice = correspondence.draft(stage, by=by, at=at)
    words = {"subject": EVIL[:150], "body": EVIL, "enclosures": None}
    correspondence.edit(notice, **words, seen=notices.current(notice).number, by=by, at=at)
    upload = Upload(EVIL[:150], "text/html", b"x")
    correspondence.attach(incident, upload, notice=notice, by=by, at=at)
    until = at + 24 * factory.HOUR
    factory.ask(stage, "delay", at=at, ground=EVIL[:100], reason=EVIL, until=until)
    facts = {"incident": {"narrative": EVIL + "2"}}
    flow.amend(incident, facts, reason=EVIL, by=factory.PERSON, at=at)
    url = f"https://h.example/?{MARK}='\"><script>"
    endpoints.create(name="evil", url=url, description=EVIL, by=by, at=at)
    factory.post(walk.tool(), "incidents", {EVIL: EVIL, "system": EVIL})
    return incident


def test_no_page_of_the_console_runs_what_a_stranger_wrote(
    marked: Incident, pages: list[walk.Door], house: None
) -> None:
    caller, ran, met = walk.everybody().client, {}, 0
    for address in addresses(pages):
        answer = walk.get(caller, address)
        text = answer.whole.decode(errors="replace")
        met += MARK in text
        html = answer.headers.get("Content-Type", "").startswith("text/html")
        if html and (found := Page(text).found):
            ran[address] = found
    assert ran == {}
    assert met > 15


def addresses(pages: list[walk.Door]) -> list[str]:
    """Every list, also while it is searched, and the newest objects in it."""
    found = ["/"]
    for door in pages:
        if door.page is not None and door.route.count("/") == 2:
            found += [door.address, f"{door.address}?q={quote(EVIL[:80])}"]
            rows = door.page.model._default_manager.order_by("-pk")[:3]
            found += [f"{door.address}{row.pk}/change/" for row in rows]
    return found


def test_the_parser_finds_what_would_run() -> None:
    """The twin."""
    assert Page(f"<p>{EVIL}</p>").found
    assert Page(f'<a href="javascript:{MARK}()">').found
    assert Page(f'<p x-data="{MARK}">').found
    assert Page(f"<script>let a = '{MARK}'</script>").found
    assert not Page(f"<p title='{MARK}'>{MARK}</p>").found


def test_no_mail_runs_or_fetches_what_a_stranger_wrote(marked: Incident, house: None) -> None:
    written = Message.objects.filter(incident_reference=marked.reference).exclude(html="")
    assert written.exists()
    for message in written:
        assert Page(message.html).found == []
        assert MARK in message.html


def test_no_subject_has_a_second_line(house: None) -> None:
    """Else a report of two lines in its title would be told to nobody: no mail can carry it."""
    facts = factory.breach(clock.now(), harms=["privacy"])
    facts["incident"]["title"] = "One\r\nBcc: everybody@example.org"
    at = clock.now()
    incident = factory.submit(facts, at=at)
    subjects = Message.objects.filter(incident_reference=incident.reference)
    assert subjects.exists()
    assert not [each.subject for each in subjects if re.search(r"[\r\n]", each.subject)]


@pytest.fixture(scope="module")
def printed(marked: Incident, django_db_blocker: DjangoDbBlocker) -> dict[str, bytes]:
    """The reports for print in a package of the incident, by their names."""
    with django_db_blocker.unblock():
        at = clock.now()
        package = exports.of_incident(marked, by=noticing.writer(), at=at)
        sequencer.seal(at=at)
        making.work()
        done = Export.objects.get(id=package.id)
        assert done.state == "done"
        with zipfile.ZipFile(exports.file(done)) as archive:
            names = [each for each in archive.namelist() if each.endswith((".html", ".pdf"))]
            return {name: archive.read(name) for name in names}


def test_no_report_for_print_runs_what_a_stranger_wrote(
    printed: dict[str, bytes], house: None
) -> None:
    texts = [text.decode() for name, text in printed.items() if name.endswith(".html")]
    assert texts
    assert [Page(text).found for text in texts] == [[] for _ in texts]
    assert any(MARK in text for text in texts)


def test_a_report_for_print_as_pdf_has_what_a_stranger_wrote_as_text(
    printed: dict[str, bytes], house: None
) -> None:
    """Its paragraphs are markup to the library: of it, a picture or a link would be fetched."""
    (sheet,) = (text for name, text in printed.items() if name.endswith(".pdf"))
    pages = PdfReader(io.BytesIO(sheet)).pages
    text = "".join("".join(each.extract_text().split()) for each in pages)
    assert f"<script>{MARK}()</script><imgsrc=x" in text
    assert [each for each in pages if each.images or "/Annots" in each] == []


def test_a_notice_is_made_of_lines_that_are_what_they_look_like(house: None) -> None:
    """Whatever stands in the facts: no second header, nothing that hides or moves what follows."""
    at, by = clock.now(), noticing.writer()
    facts = factory.breach(at, harms=["privacy"])
    said = "One\r\nBcc: all@example.org\x1b[2J\u202etwo\x85\u2066"
    facts["incident"] = {"title": said, "narrative": said}
    incident = factory.submit(facts, at=at)
    factory.record(incident, "aware", at, at=at)
    notice = correspondence.draft(factory.deadline(incident, "notify", "initial"), by=by, at=at)
    drawn = notices.current(notice)
    assert "\n" not in drawn.subject
    assert not re.search(r"[^\n\x20-\x7e\xa0-\u2009\u2010-\u2027\u2030-\ud7ff]", drawn.body)
    words = {"subject": said, "body": said, "enclosures": None}
    correspondence.edit(notice, **words, seen=drawn.number, by=by, at=at)
    notice.refresh_from_db()
    edited = notices.current(notice)
    assert edited.subject.startswith("One Bcc: all@example.org")
    assert not re.search(r"[\r\x1b\u202e\x85\u2066]", edited.subject + edited.body)


def test_no_name_in_a_package_leads_out_of_it(marked: Incident, house: None) -> None:
    by, at = noticing.writer(), clock.now()
    for name in ("../../etc/passwd", "/etc/passwd", "C:\\x", "..", "a\\..\\..\\b", "con.txt\0.sh"):
        correspondence.attach(marked, Upload(name, "text/plain", name.encode()), by=by, at=at)
    package = exports.of_incident(marked, by=by, at=at)
    sequencer.seal(at=at)
    making.work()
    with zipfile.ZipFile(exports.file(package)) as archive:
        names = archive.namelist()
        kinds = {stat.S_IFMT(each.external_attr >> 16) for each in archive.infolist()}
    root = names[0].split("/")[0]
    assert [each for each in names if ".." in each.split("/") or "\\" in each] == []
    assert {each.split("/")[0] for each in names} == {root}
    assert len(names) == len(set(names))
    assert kinds == {stat.S_IFREG}


def test_no_cell_of_a_table_begins_a_formula(pages: list[walk.Door], house: None) -> None:
    """Of every table that is made for spreadsheets; what begins one is `=`, `+`, `-`, `@`, or a
    sign that is skipped before them."""
    Incident.objects.update(source='=HYPERLINK("x")')
    caller, tables, found = walk.everybody().client, 0, {}
    for door in pages:
        for query in ({}, {"by": "source"}) if door.route.endswith(".csv") else ({},):
            answer = walk.get(caller, door.address, **query)
            if answer.headers.get("Content-Type", "").startswith("text/csv"):
                rows = list(csv.reader(io.StringIO(answer.whole.decode())))
                tables += 1
                if wrong := [cell for row in rows for cell in row if _FORMULA.match(cell)]:
                    found[door.route] = wrong
    assert found == {}
    assert tables > 3
