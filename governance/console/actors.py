"""Who stands behind an actor of the audit trail. The trail holds keys, never names."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext

from governance.accounts.models import ApiKey, User


def names(actors: Iterable[str]) -> Mapping[str, str]:
    """Actor (`user:ID`, `api_key:PREFIX`, `system:JOB`) → name, in two queries at most."""
    wanted = {actor for actor in actors if actor}
    people = _people(_ids(wanted, "user"))
    keys = _keys(_ids(wanted, "api_key"))
    return {actor: _name(actor, people, keys) for actor in wanted}


def name(actor: str) -> str:
    return names([actor]).get(actor, "")


def _name(actor: str, people: Mapping[str, str], keys: Mapping[str, str]) -> str:
    kind, _, key = actor.partition(":")
    match kind:
        case "user":
            return people.get(key, gettext("person %(key)s") % {"key": key[-8:]})
        case "api_key":
            if key in keys:
                return gettext("%(name)s (API key)") % {"name": keys[key]}
            return gettext("API key %(key)s") % {"key": key}
        case _:
            return f"Bylaw ({key})" if key else actor


def _ids(actors: Iterable[str], kind: str) -> set[str]:
    return {key for actor in actors for found, _, key in [actor.partition(":")] if found == kind}


def _people(ids: Iterable[str]) -> Mapping[str, str]:
    known = [id_ for id_ in ids if _is_uuid(id_)]
    if not known:
        return {}
    found = User.objects.filter(id__in=known).values_list("id", "username")
    return {str(id_): username for id_, username in found}


def _keys(prefixes: set[str]) -> Mapping[str, str]:
    if not prefixes:
        return {}
    return dict(ApiKey.objects.filter(prefix__in=prefixes).values_list("prefix", "name"))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
