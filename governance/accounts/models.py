from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from governance import ids
from governance.accounts.roles import ROLES, scopes_of


class User(AbstractUser):
    """A person. Roles decide both what the person may do and which messages reach the person."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    roles = ArrayField(
        models.CharField(max_length=64, choices=list(ROLES.items())),
        default=list,
        blank=True,
        help_text="Roles as policies name them; notices to a role go to everyone who holds it.",
    )

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["username"]

    @property
    def scopes(self) -> frozenset[str]:
        if not self.is_active:
            return frozenset()
        return scopes_of({*self.roles, "administrator"} if self.is_superuser else self.roles)


class ApiKey(models.Model):
    """A tool's credential. Only the SHA-256 of the secret is kept; the prefix names the key."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name = models.CharField(max_length=100, help_text="Which tool uses it, and where.")
    prefix = models.CharField(max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=64), help_text="What the key may do.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.CharField(max_length=80, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "API key"
        verbose_name_plural = "API keys"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__len__gt=0), name="api_key_has_a_scope"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"


class Session(models.Model):
    """A browser in which a person is signed in, or was. What it says of the person's whereabouts
    goes with an erasure, and ninety days after its end at the next sign-in."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sessions")
    methods = ArrayField(models.CharField(max_length=40), default=list)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(
                fields=["person"],
                condition=models.Q(ended_at__isnull=True),
                name="accounts_session_living",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
