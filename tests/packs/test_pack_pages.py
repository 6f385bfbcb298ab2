"""The generated pages: made from the packs, and true to them."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from policies import documents, pack_pages, shipped
from policies.management.commands.pack_pages import INTO, packs
from policies.pack_pages import Pack

PAGES = pack_pages.pages(packs(shipped.DIRECTORY))
EXAMPLES = Path(__file__).parents[1] / "data" / "pages"


def page(*names: str, readme: str = "# Example") -> str:
    read = [documents.read((EXAMPLES / name).read_bytes(), path=name) for name in names]
    assert not [problem for reading in read for problem in reading.problems]
    found = tuple(reading.document for reading in read if reading.document is not None)
    return pack_pages.pages([Pack("example", readme, found)])["example"]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_pages_in_docs_are_up_to_date(name: str) -> None:
    assert (INTO / f"{name}.md").read_text("utf-8") == PAGES[name], "run manage.py pack_pages"


def test_no_page_is_left_of_a_pack_that_is_gone() -> None:
    assert {file.stem for file in INTO.glob("*.md")} == set(PAGES)


@pytest.mark.parametrize(
    "line",
    [
        "| **Source** | [Example Act, Article 1](https://example.org/act) |",
        "| **Status** | scheduled: adopted, with dates of application to come |",
        "| **Verification** | secondary |",
        "- system › roles include provider",
        "- Not for hobbyists.",
        "| 2027-01-01 | system › risk class is high | Later for others. |",
        "- harms include death or injury",
        "| **First report**<br>our own aim: 12 hours | Article 1(2) | aware |"
        " **24 hours** | `elapsed` | our own checklist: incident › title<br>Who is affected |"
        " secondary |",
        "| **Second report** | Article 1(3) | once “First report” was sent |"
        " **1 month**, but not if “classified” came only after they were over | `calendar-days` |"
        "  | secondary |",
        "|  |  | classified | **4 hours**, when impact › widespread: yes | `elapsed` |  |  |",
        "| Tell the world | Article 2 | the authority | 7 days | It binds the authority. |"
        " verified |",
    ],
)
def test_the_page_of_a_regime_says(line: str) -> None:
    assert line in page("regime.yaml").splitlines()


def test_a_condition_without_composition_is_one_line() -> None:
    assert "- system › roles include provider\n\n" in page("regime.yaml")


def test_what_would_end_a_cell_is_escaped() -> None:
    assert "either \\| or" in page("regime.yaml")


def test_a_column_without_any_value_stays_out() -> None:
    header = next(line for line in page("regime.yaml").splitlines() if line.startswith("| Duty"))
    assert header == "| Duty | Legal basis | Binds | Period | Why no clock | Verification |"


def test_the_index_lists_a_regime_with_its_status() -> None:
    assert "| EU/EEA | [GDPR" in PAGES["index"]


def test_a_policy_without_duty_says_so() -> None:
    assert "No duty to report incidents was found." in PAGES["kr-ai-basic-act"]


def test_a_holiday_table_has_a_line_a_year() -> None:
    lines = PAGES["calendars"].splitlines()
    assert sum(line.startswith("| 2027 |") for line in lines) == PAGES["calendars"].count("\n## ")


def test_the_command_writes_all_pages_and_removes_stale_ones(tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text("old")
    call_command("pack_pages", "--into", str(tmp_path), stdout=io.StringIO())
    assert {file.stem for file in tmp_path.glob("*.md")} == set(PAGES)
