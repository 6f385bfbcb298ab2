from django.contrib.postgres.fields import ArrayField
from django.db import models

from governance import ids


class PolicyVersion(models.Model):
    """One version of one policy document. Its text never changes; triggers refuse it.

    In force from `effective_from` (inclusive) until `effective_until` (exclusive, None: for good).
    An exclusion constraint keeps two versions of one policy from being in force at once.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In review"
        APPROVED = "approved", "Approved"
        RETIRED = "retired", "Retired"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=250)
    text = models.TextField(help_text="The YAML, byte for byte.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical JSON (RFC 8785).")
    status = models.CharField(max_length=16, choices=Status, default=Status.DRAFT)
    origin = models.CharField(max_length=120, help_text="Where the text came from.")
    author = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    effective_from = models.DateTimeField(null=True)
    effective_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "policy version"
        ordering = ["kind", "name", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name", "version"], name="policy_version_never_reused"
            ),
            models.CheckConstraint(
                condition=models.Q(effective_from__isnull=True)
                | models.Q(status__in=["approved", "retired"]),
                name="policy_effective_once_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(effective_until__isnull=True)
                | models.Q(effective_until__gt=models.F("effective_from")),
                name="policy_effective_span",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}@{self.version}"


class Release(models.Model):
    """A set of versions that was in force at some instant, kept once a decision has named it."""

    digest = models.CharField(primary_key=True, max_length=64)
    members = ArrayField(models.UUIDField(), help_text="The policy versions, sorted by identity.")
    first_used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:12]
