from django.db import models

from governance import ids


class Entry(models.Model):
    """One fact of the audit trail: who did what to which object, when and why.

    `body` is the record: canonical JSON (RFC 8785), and `digest` its SHA-256. The other columns
    repeat parts of it for searching. Triggers in the database refuse UPDATE, DELETE and TRUNCATE.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    at = models.DateTimeField("time")
    actor = models.CharField(max_length=80, help_text="user:ID, api_key:PREFIX or system:JOB")
    verb = models.CharField(max_length=64)
    object_kind = models.CharField(max_length=32)
    object_id = models.CharField(max_length=64)
    incident_id = models.UUIDField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    body = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "entry"
        verbose_name_plural = "entries"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["incident_id", "id"], name="ledger_entry_incident"),
            models.Index(fields=["object_kind", "object_id", "id"], name="ledger_entry_object"),
            models.Index(fields=["verb", "id"], name="ledger_entry_verb"),
            models.Index(fields=["actor", "id"], name="ledger_entry_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_kind} {self.object_id}"
