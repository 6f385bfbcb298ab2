"""What is kept on record is in English, whatever the language of the person who acts."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext

from incidents import dispensations
from incidents.models import Dispensation
from tests import factory
from tests.flows.conftest import furnish
from tests.translating import catalogue
from tests.translating.brackets import CODE

pytestmark = pytest.mark.django_db


@pytest.fixture
def brackets(tmp_path: Path, settings: Any) -> None:
    catalogue.write(tmp_path / "locale")
    settings.LOCALE_PATHS = [tmp_path / "locale"]


def test_no_row_of_a_house_has_a_word_of_another_language(
    brackets: None, tmp_path: Path, settings: Any
) -> None:
    with translation.override(CODE):
        assert gettext("Overdue") == catalogue.bracketed("Overdue")
        furnish(tmp_path, settings)
        row = Dispensation.objects.get()
        dispensations.approve(row, note="", by=factory.approver(), at=row.requested_at)
    assert _foreign() == []


def _foreign() -> list[str]:
    """Tables with a row that has a bracket of the language."""
    found = []
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT count(*) FROM {name} AS row WHERE row::text LIKE '%⟦%'")  # noqa: S608
            if cursor.fetchone()[0]:
                found.append(name)
    return found
