"""What a caller reaches of the rows: queries that find no others, and objects that are looked at
before they are given out.

Which column leads from a row to its system, the settings say (`SYSTEM_OF`, `INCIDENT_OF`): this
package knows no incidents. A model that stands in neither belongs to no system.
"""

from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.db.models import Model, Q, QuerySet

from governance.access.rules import Access, Reach
from governance.errors import NotFound

M = TypeVar("M", bound=Model)


def knows(model: type[Model]) -> bool:
    """Whether rows of the model belong to systems, so that teams reach some of them."""
    label = _label(model)
    return label in settings.SYSTEM_OF or label in settings.INCIDENT_OF


def within(rows: QuerySet[M], reach: Reach) -> QuerySet[M]:
    """Those of the rows that are reached. Rows of no system are reached with everything only."""
    if reach.everything:
        return rows
    return rows.filter(condition(rows.model, reach))


def condition(model: type[Model], reach: Reach) -> Q:
    """What holds of the rows of `model` that are reached, where not everything is."""
    wanted = Q(pk__in=())
    if not reach.systems:
        return wanted
    for path in settings.SYSTEM_OF.get(_label(model), ()):
        wanted |= Q(**{f"{path}__in": reach.systems})
    if column := settings.INCIDENT_OF.get(_label(model)):
        wanted |= Q(**{f"{column}__in": _incidents(reach)})
    return wanted


def system_of(obj: Model) -> str | None:
    """The system that an object belongs to; None where it belongs to none. Follows what is fetched
    already; else one query."""
    label = _label(type(obj))
    found = (_follow(obj, path) for path in settings.SYSTEM_OF.get(label, ()))
    if (system := next(filter(None, found), None)) is not None:
        return system
    column = settings.INCIDENT_OF.get(label)
    key = _follow(obj, column) if column else None
    return _system_of_incident(key) if key is not None else None


def one(found: M | None, access: Access, missing: str) -> M:
    """The object, for a caller who may do with it what is wanted. Raises NotFound with the words
    `missing` where there is none, or the caller may not see it; OutOfReach."""
    if found is None:
        raise NotFound(missing)
    if not access.does.everything:
        access.admit(system_of(found), missing=missing)
    return found


def _label(model: type[Model]) -> str:
    concrete: type[Model] = model._meta.concrete_model or model
    return concrete._meta.label


def _follow(obj: object, path: str) -> str | None:
    for name in path.split("__"):
        obj = getattr(obj, name, None)
    return str(obj) if obj else None


def _incidents(reach: Reach) -> Any:
    rows = apps.get_model(settings.INCIDENT_MODEL)._default_manager.filter(system__in=reach.systems)
    return rows.order_by().values("pk")


def _system_of_incident(key: str) -> str | None:
    rows = apps.get_model(settings.INCIDENT_MODEL)._default_manager.filter(pk=key)
    found: str | None = rows.values_list("system", flat=True).first()
    return found
