"""The report as one HTML file: styles inside, no script, nothing loaded from elsewhere."""

from django.template.loader import render_to_string

from incidents.evidence.report import chart
from incidents.evidence.report.content import Report


def draw(report: Report) -> bytes:
    context = {
        "report": report,
        "chart": report.chart,
        "width": chart.WIDTH,
        "left": chart.LEFT,
        "bottom": report.chart.height - 20,
        "lane": chart.LANE,
    }
    return render_to_string("incidents/evidence_report.html", context).encode()
