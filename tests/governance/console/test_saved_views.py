"""Views of a list that a person saves, finds above it, removes and takes back."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from governance.accounts import saved_views
from governance.accounts.models import SavedView
from governance.errors import Conflict, Invalid
from governance.ledger.ledger import Actor
from governance.ledger.models import Entry, PersonalData
from tests import factory
from tests.incidents.admin.desk import Desk, desk, text

pytestmark = pytest.mark.django_db
BOARD = "incidents.clock"
OVERDUE = "standing=overdue&duty__shadow__exact=0"


@pytest.fixture
def officer() -> Desk:
    return desk("compliance-officer")


def post(who: Desk, model: str = "incidents_clock", **given: Any) -> Any:
    return who.client.post(reverse(f"admin:{model}_views"), given)


def save(who: Desk, name: str = "Late", query: str = OVERDUE) -> SavedView:
    post(who, act="save", name=name, query=query)
    return SavedView.objects.get(name=name, person=who.user)


def board(who: Desk, query: str = "") -> str:
    return text(who.client.get(f"{reverse('admin:incidents_clock_changelist')}?{query}"))


def test_a_saved_view_stands_above_the_list(officer: Desk) -> None:
    view = save(officer)
    assert re.search(rf'href="\?{re.escape(view.query)}"[^>]*>Late</a>', board(officer))


def test_the_view_that_is_shown_is_marked(officer: Desk) -> None:
    view = save(officer)
    assert 'aria-current="page">Late' in board(officer, view.query)
    assert 'aria-current="page">Late' not in board(officer)


def test_saving_leads_back_to_what_was_saved(officer: Desk) -> None:
    answer = post(officer, act="save", name="Late", query=OVERDUE)
    assert answer["Location"].endswith(f"?{saved_views.plain(OVERDUE)}")


def test_an_entry_says_that_it_was_saved_and_holds_its_words_apart(officer: Desk) -> None:
    view = save(officer, name="About Jo", query="q=jo")
    entry = Entry.objects.get(verb="saved_view.saved")
    assert (entry.object_id, entry.actor) == (str(view.id), officer.actor)
    assert "jo" not in entry.body.lower().replace(view.page, "")
    assert set(PersonalData.objects.filter(entry=entry).values_list("name", flat=True)) == {
        "name",
        "query",
    }


def test_nobody_else_has_it(officer: Desk) -> None:
    view, other = save(officer), desk("responder")
    assert "Late</a>" not in board(other)
    post(other, act="remove", view=view.id)
    view.refresh_from_db()
    assert view.removed_at is None


def test_another_list_has_it_not(officer: Desk) -> None:
    save(officer)
    assert "Late</a>" not in text(officer.list("incidents_notice"))


def test_what_is_removed_can_be_taken_back(officer: Desk) -> None:
    view = save(officer)
    shown = text(officer.client.get(post(officer, act="remove", view=view.id)["Location"]))
    assert "Late is removed." in shown
    assert f'name="view" value="{view.id}"' in shown
    post(officer, act="restore", view=view.id)
    view.refresh_from_db()
    assert view.removed_at is None


def test_removing_and_taking_back_have_their_entries_once(officer: Desk) -> None:
    view = save(officer)
    for act in ("remove", "remove", "restore", "restore"):
        post(officer, act=act, view=view.id)
    verbs = Entry.objects.filter(object_id=str(view.id)).order_by("id")
    assert list(verbs.values_list("verb", flat=True)) == [
        "saved_view.saved",
        "saved_view.removed",
        "saved_view.restored",
    ]


def test_a_name_is_given_once(officer: Desk) -> None:
    save(officer)
    answer = officer.client.get(post(officer, act="save", name="Late", query="q=x")["Location"])
    assert "You have a view called 'Late'" in text(answer)
    assert SavedView.objects.count() == 1


def test_a_name_that_was_given_anew_is_not_taken_back(officer: Desk) -> None:
    view = save(officer)
    post(officer, act="remove", view=view.id)
    post(officer, act="save", name="Late", query="q=x")
    by = Actor("user", str(officer.user.id))
    with pytest.raises(Conflict):
        saved_views.restore(view, by=by, at=factory.AT)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\0b"])
def test_a_name_that_is_none_is_refused(officer: Desk, name: str) -> None:
    post(officer, act="save", name=name, query=OVERDUE)
    assert not SavedView.objects.exists()


def test_a_list_has_no_more_views_than_a_person_can_read(officer: Desk) -> None:
    by = Actor("user", str(officer.user.id))
    for number in range(saved_views.MOST):
        saved_views.save(officer.user, BOARD, name=f"{number}", query="q=a", by=by, at=factory.AT)
    with pytest.raises(Invalid):
        saved_views.save(officer.user, BOARD, name="more", query="q=a", by=by, at=factory.AT)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("q=a&p=3", "q=a"), ("b=2&a=1", "a=1&b=2"), ("e=1", ""), ("q=", ""), ("q=ü", "q=%C3%BC")],
)
def test_only_what_a_list_shows_is_kept(given: str, kept: str) -> None:
    assert saved_views.plain(given) == kept


def test_filters_of_any_length_are_not_kept(officer: Desk) -> None:
    post(officer, act="save", name="Long", query=urlencode({"q": "x" * 3000}))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("key", ["", "nothing", "01a22851-3e61-7054-b320-460fbe917bef"])
def test_an_unknown_view_is_said_to_be_none(officer: Desk, key: str) -> None:
    shown = text(officer.client.get(post(officer, act="remove", view=key)["Location"]))
    assert "You have no such view." in shown


def test_who_may_not_see_the_list_saves_none_of_it() -> None:
    stranger = desk("reporter")
    assert post(stranger, act="save", name="Late", query=OVERDUE).status_code == 403
    assert not SavedView.objects.exists()
