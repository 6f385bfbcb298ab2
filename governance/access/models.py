from django.db import models


class NotedRead(models.Model):
    """A read that has its entry in the audit trail already, so that a page loaded again in the same
    hour writes no second one. The rows are bookkeeping, and go when their hour is over."""

    actor = models.CharField(max_length=80)
    verb = models.CharField(max_length=64)
    object_kind = models.CharField(max_length=32)
    object_id = models.CharField(max_length=64)
    hour = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "object_kind", "object_id", "verb", "hour"],
                name="access_noted_once",
            )
        ]
        indexes = [models.Index(fields=["hour"], name="access_noted_hour")]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_id}"


class Refusal(models.Model):
    """Who was not let in during a minute, and how often. One entry tells of it when the minute is
    over, and the row goes: whoever tries a thousand passwords fills no ledger."""

    verb = models.CharField(max_length=64)
    object_kind = models.CharField(max_length=32)
    object_id = models.CharField(max_length=64)
    because = models.CharField(max_length=40)
    minute = models.DateTimeField()
    times = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["verb", "object_kind", "object_id", "because", "minute"],
                name="access_refused_once",
            )
        ]
        indexes = [models.Index(fields=["minute"], name="access_refused_minute")]

    def __str__(self) -> str:
        return f"{self.verb} {self.times}"


class Attempt(models.Model):
    """Tries at a secret that failed one after the other, for one account, address or device. The
    subject is a keyed digest. Rows go a day after the last try."""

    kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=64)
    failures = models.PositiveIntegerField()
    until = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="access_attempt_once")
        ]
        indexes = [models.Index(fields=["last_at"], name="access_attempt_last")]

    def __str__(self) -> str:
        return f"{self.kind} {self.failures}"
