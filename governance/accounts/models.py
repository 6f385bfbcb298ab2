from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from governance import ids
from governance.access.rules import Rights
from governance.accounts import granting
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
    zone = models.CharField(
        max_length=64, blank=True, help_text="In which the console shows times; empty for UTC."
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["username"]

    @property
    def scopes(self) -> frozenset[str]:
        if not self.is_active:
            return frozenset()
        return scopes_of({*self.roles, "administrator"} if self.is_superuser else self.roles)

    @cached_property
    def rights(self) -> Rights:
        """What the person may do everywhere, and with the systems of the own teams; one query, once
        for each object, which a request reads anew."""
        if not self.is_active:
            return Rights()
        held = self.memberships.values_list("roles", "team__systems__system")
        return granting.of_person(self.scopes, held)


class ApiKey(models.Model):
    """A tool's credential. Only the SHA-256 of the secret is kept; the prefix names the key."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name = models.CharField(_("name"), max_length=100, help_text="Which tool uses it, and where.")
    prefix = models.CharField(_("prefix"), max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    #: Of the secret before a rotation, and until when it lets in as well.
    old_digest = models.CharField(max_length=64, blank=True, editable=False)
    old_ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=64), help_text="What the key may do.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.CharField(max_length=80, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    team = models.ForeignKey(
        "accounts.Team",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="keys",
        help_text="With a team the key acts on that team's systems only.",
    )
    warned_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
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


class Team(models.Model):
    """People who answer for systems. A closed one has neither systems nor members."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True)
    description = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class TeamSystem(models.Model):
    """That a team owns a system, by the id that the system register gives it. A system has one
    owner, or none."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="systems")
    system = models.CharField(max_length=80, unique=True)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["system"]

    def __str__(self) -> str:
        return self.system


class Membership(models.Model):
    """The roles that a person holds with the systems of a team."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=64, choices=list(ROLES.items())))
    since = models.DateTimeField()

    class Meta:
        ordering = ["person__username"]
        constraints = [
            models.UniqueConstraint(fields=["team", "person"], name="team_has_a_person_once"),
            models.CheckConstraint(
                condition=models.Q(roles__len__gt=0), name="team_member_has_a_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.team}"


class SavedView(models.Model):
    """Filters of a list of the console under a name that a person gave them. `page` is the model,
    as `incidents.clock`; `query` the part of the address after the question mark."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="saved_views")
    page = models.CharField(max_length=100)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "page", "name"],
                condition=models.Q(removed_at__isnull=True),
                name="saved_view_has_its_name",
            )
        ]

    def __str__(self) -> str:
        return self.name
