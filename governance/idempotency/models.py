from django.db import models


class Answer(models.Model):
    """What was answered to a request that came under an Idempotency-Key, kept for its retries.

    The row is written in the transaction of what it answers: it is there exactly where that was
    done. `request` is the SHA-256 of what was asked for. `body` is JSON as it was sent, without
    secrets; null once it may not be kept any longer. Rows go when their time is over.
    """

    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="idempotency_answer_once")
        ]
        indexes = [models.Index(fields=["at"], name="idempotency_answer_at")]

    def __str__(self) -> str:
        return f"{self.actor} {self.key}"
