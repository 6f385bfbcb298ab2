"""Tries at a secret that people choose or type: how many failed, and how long the next one waits.

A try is counted before the secret is looked at, in one statement, so that any number of web
processes that try at once are counted once each; one that succeeds is taken back. Waits double from
try to try up to a bound and are forgotten after an hour without one: nobody is locked out for good.
Of what was typed a keyed digest is kept, for it may be a password in the wrong field.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.crypto import salted_hmac

from governance import english
from governance.access.models import Attempt
from governance.errors import BylawError

FORGET: Final = timedelta(hours=1)


class Waiting(BylawError):
    """Too many tries failed; `seconds` until the next one is looked at."""

    code = "too-many-tries"
    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"Too many tries. Wait {english.counted(seconds, 'second')}, then try again.",
            extra={"retry_after": seconds},
        )
        self.seconds = seconds


@dataclass(frozen=True)
class Subject:
    """Whose tries are counted together: `free` of them cost no wait, no wait is over `longest`."""

    kind: str
    digest: str
    free: int
    longest: timedelta


def subject(kind: str, *words: str, free: int, longest: timedelta) -> Subject:
    folded = "\n".join(unicodedata.normalize("NFKC", word).casefold() for word in words)
    digest = salted_hmac("bylaw.access.attempts", folded, algorithm="sha256").hexdigest()
    return Subject(kind, digest, free, longest)


def begin(subjects: Sequence[Subject], *, at: datetime) -> None:
    """Count a try for each, or for none. Raises Waiting while one of them has to wait."""
    with transaction.atomic(), connection.cursor() as cursor:
        for each in subjects:
            values: dict[str, Any] = {
                "kind": each.kind,
                "subject": each.digest,
                "free": each.free,
                "longest": each.longest,
                "at": at,
                "forget": FORGET,
            }
            cursor.execute(_CLAIM, values)
            if cursor.fetchone() is None:
                raise Waiting(_seconds(each, at))


def succeeded(subjects: Sequence[Subject], *, at: datetime) -> None:
    """Take the try back. What is known of an account is forgotten; an address keeps what else it
    tried, or who has one account could try at others for ever."""
    for each in subjects:
        rows = Attempt.objects.filter(kind=each.kind, subject=each.digest)
        left = Greatest(F("failures") - 1, 0) if each.kind == ADDRESS else 0
        rows.update(failures=left, until=at)


def once(what: Subject, *, at: datetime) -> bool:
    """Whether this is the first time within an hour, of any number at once."""
    values: list[Any] = [what.kind, what.digest, at, at, FORGET]
    with connection.cursor() as cursor:
        cursor.execute(_ONCE, values)
        return cursor.fetchone() is not None


def forget(*, before: datetime) -> int:
    return Attempt.objects.filter(last_at__lt=before).delete()[0]


ADDRESS: Final = "address"


def _seconds(each: Subject, at: datetime) -> int:
    row = Attempt.objects.get(kind=each.kind, subject=each.digest)
    return max(1, ceil((row.until - at).total_seconds()))


_COUNTED: Final = """
CASE WHEN access_attempt.last_at < %(at)s - %(forget)s THEN 1 ELSE access_attempt.failures + 1 END
"""
_CLAIM: Final = f"""
INSERT INTO access_attempt (kind, subject, failures, until, last_at)
VALUES (%(kind)s, %(subject)s, 1, %(at)s, %(at)s)
ON CONFLICT (kind, subject) DO UPDATE SET
    failures = {_COUNTED},
    last_at = %(at)s,
    until = %(at)s + CASE
        WHEN {_COUNTED} < %(free)s THEN interval '0'
        ELSE least(%(longest)s, interval '1 second' * 2 ^ least({_COUNTED} - %(free)s + 1, 20))
    END
WHERE access_attempt.until <= %(at)s
RETURNING failures
"""  # noqa: S608 - of constants
_ONCE: Final = """
INSERT INTO access_attempt (kind, subject, failures, until, last_at) VALUES (%s, %s, 1, %s, %s)
ON CONFLICT (kind, subject) DO UPDATE SET last_at = EXCLUDED.last_at
WHERE access_attempt.last_at < EXCLUDED.last_at - %s
RETURNING failures
"""
