"""The report as a PDF: the same bytes for the same content.

The typeface is the one that comes with the library. What it has no letter for is shown as ?; the
page of the same report has it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Circle, Drawing, Line, String
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from incidents.evidence.report import chart
from incidents.evidence.report.chart import Chart, Lane
from incidents.evidence.report.content import Pairs, Report, ShownDuty

_FONT, _BOLD = "Vera", "VeraBd"
_MARGIN: Final = 18 * mm
_WIDTH: Final = A4[0] - 2 * _MARGIN
_SCALE: Final = _WIDTH / chart.WIDTH
_TEXT: Final = ParagraphStyle("text", fontName=_FONT, fontSize=8, leading=11, wordWrap="CJK")
_QUIET: Final = ParagraphStyle("quiet", _TEXT, textColor=colors.HexColor("#57606a"))
_TITLE: Final = ParagraphStyle("title", _TEXT, fontName=_BOLD, fontSize=14, leading=18)
_HEAD: Final = ParagraphStyle(
    "head", _TEXT, fontName=_BOLD, fontSize=11, spaceBefore=12, leading=15
)
_SUB: Final = ParagraphStyle("sub", _TEXT, fontName=_BOLD, fontSize=9, spaceBefore=8, leading=12)
_TONES: Final[Mapping[str, Any]] = {
    "good": colors.HexColor("#1a7f37"),
    "late": colors.HexColor("#cf222e"),
    "open": colors.HexColor("#0969da"),
    "plain": colors.HexColor("#8c959f"),
}
_LINES: Final = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.HexColor("#d0d7de")),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def draw(report: Report) -> bytes:
    for name in (_FONT, _BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    into = BytesIO()
    document = SimpleDocTemplate(
        into,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=f"{report.reference} {report.title}",
        author="Bylaw",
        invariant=1,
    )
    document.build(list(_story(report)), onFirstPage=_numbered, onLaterPages=_numbered)
    return into.getvalue()


def _story(report: Report) -> Iterator[Flowable]:
    yield Paragraph(_fit(report.title), _TITLE)
    yield Paragraph(_fit(report.reference), _QUIET)
    yield Paragraph("Summary", _HEAD)
    yield _pairs(report.summary)
    yield Paragraph("Why this severity", _SUB)
    for each in report.because:
        yield Paragraph(f"• {_fit(each)}", _TEXT)
    yield Paragraph("Deadlines over time (UTC)", _HEAD)
    yield _drawing(report.chart)
    yield Paragraph("Duties", _HEAD)
    for duty in report.duties:
        yield from _duty(duty)
    yield Paragraph("Decisions", _HEAD)
    yield _table(("When", "Severity", "Occasion", "Record, SHA-256"), report.decisions)
    yield Paragraph("People by role", _HEAD)
    yield _table(("Role now", "Name", "What they did"), report.people)
    yield Paragraph("Proof", _HEAD)
    yield _pairs(report.proof)
    yield Paragraph("README.txt in the package says how to check it.", _QUIET)
    yield Paragraph("Timeline", _HEAD)
    yield _table(("When", "What", "Who", "Why"), report.events)


def _duty(duty: ShownDuty) -> Iterator[Flowable]:
    yield Paragraph(_fit(duty.title), _SUB)
    yield _pairs(duty.about)
    if duty.stages:
        yield Spacer(1, 2 * mm)
        yield _table(("Stage", "Due", "Standing", "How it was met"), duty.stages)


def _pairs(pairs: Pairs) -> Table:
    rows = [[Paragraph(_fit(name), _QUIET), Paragraph(_fit(said), _TEXT)] for name, said in pairs]
    return Table(rows, colWidths=[_WIDTH * 0.25, _WIDTH * 0.75], style=_LINES, splitInRow=1)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    cells = [[Paragraph(f"<b>{name}</b>", _QUIET) for name in head]]
    cells += [[Paragraph(_fit(cell), _TEXT) for cell in row] for row in rows]
    widths = [_WIDTH / len(head)] * len(head)
    return Table(cells, colWidths=widths, style=_LINES, repeatRows=1, splitInRow=1)


def _drawing(of: Chart) -> Drawing:
    """The same lengths as on the page, with y from below."""
    height = of.height * _SCALE
    drawing = Drawing(_WIDTH, height)
    bottom = 20 * _SCALE
    grey = colors.HexColor("#d0d7de")
    for tick in of.ticks:
        x = tick.x * _SCALE
        drawing.add(Line(x, bottom, x, height - 10, strokeColor=grey, strokeWidth=0.3))
        drawing.add(_string(x, height - 8, tick.label))
    for mark in of.marks:
        x = mark.x * _SCALE
        drawing.add(Line(x, bottom, x, height - 10, strokeDashArray=[1, 1], strokeWidth=0.4))
        drawing.add(_string(x, 1, mark.label))
    for lane in of.lanes:
        for shape in _lane(lane, height):
            drawing.add(shape)
    return drawing


def _lane(lane: Lane, height: float) -> Iterator[Any]:
    y = height - (lane.y + 10) * _SCALE
    tone = _TONES[lane.tone]
    yield _string(0, y - 2, _short(lane.name))
    yield Line(lane.begin * _SCALE, y, lane.end * _SCALE, y, strokeColor=tone, strokeWidth=2.5)
    if lane.due is not None:
        yield Line(lane.due * _SCALE, y - 4, lane.due * _SCALE, y + 4, strokeWidth=1)
    if lane.met is not None:
        yield Circle(lane.met * _SCALE, y, 2.4, fillColor=tone, strokeColor=tone)


def _string(x: float, y: float, text: str) -> String:
    return String(x, y, _known(text), fontName=_FONT, fontSize=5.5)


def _short(name: str) -> str:
    return name if len(name) <= 42 else f"{name[:40]} …"


def _numbered(canvas: Any, document: Any) -> None:
    canvas.setFont(_FONT, 7)
    canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, f"{document.page}")


def _fit(text: str) -> str:
    """For a paragraph, whose text is markup."""
    return escape(_known(text))


def _known(text: str) -> str:
    """With ? for what the typeface has no letter for."""
    letters = pdfmetrics.getFont(_FONT).face.charToGlyph
    return "".join(each if ord(each) in letters else "?" for each in _CONTROL.sub(" ", text))
