"""The one page that makes something new."""

from abc import abstractmethod
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from governance.api.authentication import actor
from governance.console import instant
from governance.console.lists import M, openings
from governance.console.pages import PageAdmin, explained
from governance.errors import BylawError
from governance.ledger.ledger import Actor
from governance.translated import Text


class MakingAdmin(PageAdmin[M]):
    """A page admin whose objects people make here. `make` calls the function that owns it."""

    making_form: ClassVar[type[forms.BaseForm]]
    making_title: ClassVar[Text]
    making_explains: ClassVar[Text] = ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.needs in openings(request, self.model)

    def to_fill(self, request: HttpRequest, given: Any = None) -> Any:
        """What is to be filled in; with what was, where something was."""
        return self.making_form(given)

    @abstractmethod
    def make(self, request: HttpRequest, form: Any, *, by: Actor, at: datetime) -> HttpResponse:
        """Make it from a valid form and answer. Raises BylawError."""

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._form(request, self.to_fill(request), status=200)
        form = self.to_fill(request, request.POST)
        if not form.is_valid():
            return self._form(request, form, status=422)
        try:
            return self.make(request, form, by=actor(request), at=instant.of(request))
        except BylawError as error:
            messages.error(request, explained(error))
            return self._form(request, form, status=error.status)

    def _form(self, request: HttpRequest, form: Any, *, status: int) -> TemplateResponse:
        return self.answer(
            request,
            "console/make.html",
            {"form": form, "title": self.making_title, "explains": self.making_explains},
            status=status,
        )
