"""What every view of the API is made from. It keeps the conventions, so that views need not.

A new view
1. derives from `APIView` or `ListAPIView` of this module (or `RecordedRetrieveView`);
2. says `needs`, the scope for each method, and `by_system` as `permissions` tells;
3. is listed in `OPERATIONS` of its package's module `schema`: what each method takes and gives (as
   serializers, also where the view answers with a mapping), and its summary where the first
   sentence of the docstring is none; the tests hold every answer against this;
4. answers a POST, PUT, PATCH or DELETE with a `Response`, by one call that changes something;
5. where it answers a GET with one object, says of what: `whole = tags.Whole(Model)`, with the lock
   that every change of the object takes where that is not its own row; the answer has the key as
   `id`.

In return an `Idempotency-Key` is honoured: the call runs in one transaction with the answer that
is kept for retries. So it must neither commit on its own nor do anything outside of the database
that cannot be undone (the outbox is for that). A view whose flow keeps its own keys, as intake
does, says `repeats_itself`; one whose answer has a secret in it names its fields in `shown_once`.

And the object has an `ETag`, and `If-Match` is checked on every change at its address or below it
(`about` says otherwise), under the lock and in the transaction of the change. Every request counts
for the rate limit of its caller. Query parameters are those of filters, pages and orderings, and
those that `OPERATIONS` names as `queries`; any other is refused. `orderings` names what a list may
be ordered by besides its own order; the column is called the same, or `ordered_by` has it, and has
an index. `search` is what the list is searched by.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from django.db.models import Model
from django.http.response import HttpResponseBase
from rest_framework import generics, views
from rest_framework.exceptions import Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from governance.api import authentication, queries, rates, repeats, searching, tags
from governance.api.deprecations import Deprecated

M = TypeVar("M", bound=Model)


class Conventions(views.APIView):
    """`dispatch` is that of the framework, with the conventions around the view's method."""

    #: Whether Idempotency-Keys are kept by what the view calls, in a way of its own.
    repeats_itself: ClassVar[bool] = False
    #: Fields of answers that are given once, and as null to a retry.
    shown_once: ClassVar[tuple[str, ...]] = ()

    #: Of a view that shows one object: what it is an object of.
    whole: ClassVar[tags.Whole | None] = None
    #: HTTP method to scope, or to scopes of which one will do.
    needs: ClassVar[Mapping[str, str | tuple[str, ...]]] = {}
    #: Whether it is of things that belong to systems, and reaches none but through `access`.
    by_system: ClassVar[bool] = False

    #: HTTP method to when it goes, and what is to be used instead.
    deprecated: ClassVar[Mapping[str, Deprecated]] = {}
    rate: rates.Rate | None = None

    def about(self) -> str:
        """The address at or above which the object is that the request is about."""
        return self.request.path

    def agree(self, request: Request) -> None:
        """`If-Match`, of a view that `repeats_itself`, before anything is kept."""
        tags.agreed(request, self.about())

    @classmethod
    def look(cls, request: Request, **url: Any) -> Any:
        """The object as a GET of its address shows it."""
        view: Any = cls()
        view.shows_only = True  # whatever the request wants, the rights to look decide
        view.request, view.args, view.kwargs, view.format_kwarg = request, (), url, None
        return view.get(request, **url).data

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.args, self.kwargs = args, kwargs
        request = self.initialize_request(request, *args, **kwargs)
        self.request = request
        self.headers = self.default_response_headers
        try:
            self.initial(request, *args, **kwargs)
            answer: Any = self._answer(request)
        except Exception as error:
            answer = self.handle_exception(error)
        self.response = self.finalize_response(request, answer, *args, **kwargs)
        return self.response

    def check_throttles(self, request: Request) -> None:
        """Counted after the caller is known to be let in. Raises Throttled."""
        if not self.permission_classes:
            return
        self.rate = rates.take(str(authentication.actor(request)), now=time.time())
        if self.rate is not None and self.rate.over:
            raise Throttled(self.rate.seconds)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer: Any = super().finalize_response(request, response, *args, **kwargs)
        for name, value in (self.rate.headers() if self.rate is not None else {}).items():
            answer[name] = value
        if (goes := self.deprecated.get(str(request.method))) is not None:
            for name, value in goes.headers().items():
                answer[name] = value
        return answer

    def _answer(self, request: Request) -> HttpResponseBase:
        fields = queries.check(request, self)
        if request.method in SAFE_METHODS:
            return self._shown(request, fields)
        if self.repeats_itself:
            repeats.key_of(request)
            self.agree(request)
            return self._act(request)
        return repeats.once(
            request,
            lambda: tags.checked(request, self.about(), lambda: self._act(request)),
            shown_once=self.shown_once,
        )

    def _shown(self, request: Request, fields: str | None) -> HttpResponseBase:
        answer = self._act(request)
        if request.method == "OPTIONS" or not isinstance(answer, Response):
            return answer
        if self.whole is not None:
            answer = tags.shown(request, self.whole, answer)
        answer.data = queries.pick(fields, answer.data)
        return answer

    def _act(self, request: Request) -> HttpResponseBase:
        name = str(request.method).lower()
        known = name in self.http_method_names
        method: Callable[..., HttpResponseBase] = (
            getattr(self, name, self.http_method_not_allowed)
            if known
            else self.http_method_not_allowed
        )
        return method(request, *self.args, **self.kwargs)


class APIView(Conventions):
    """A view with methods of its own."""


class ListAPIView(Conventions, generics.ListAPIView[M]):
    """A list in pages."""

    search: ClassVar[searching.Search | None] = None

    def filter_queryset(self, queryset: Any) -> Any:
        found = super().filter_queryset(queryset)
        return searching.find(
            found, self.search, self.request.query_params.get(searching.PARAMETER)
        )


class RetrieveAPIView(Conventions, generics.RetrieveAPIView[M]):
    """One row, as its serializer shows it."""
