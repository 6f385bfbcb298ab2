import hashlib
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from governance import ids


class Standing(models.TextChoices):
    """Where a version stands at an instant: its status and, once approved, its dates."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    SCHEDULED = "scheduled", _("Scheduled")
    IN_FORCE = "in_force", _("In force")
    RETIRED = "retired", _("Retired")


class PolicyVersion(models.Model):
    """One version of one policy document. Its text changes only while it is a draft.

    In force from `effective_from` (inclusive) until `effective_until` (exclusive, None: for good);
    nothing need run on the day. An exclusion constraint keeps two versions of one policy from being
    in force at once; a check constraint keeps everyone of `authors` from being `approved_by`, and
    triggers keep the order of the states (migrations 0002 and 0004).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    version = models.CharField(_("version"), max_length=40)
    title = models.CharField(_("title"), max_length=250)
    text = models.TextField(help_text="The YAML, byte for byte.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical JSON (RFC 8785).")
    status = models.CharField(max_length=16, choices=Status, default=Status.DRAFT)
    origin = models.CharField(max_length=120, help_text="Where the text came from.")
    author = models.CharField(max_length=80)
    authors = ArrayField(
        models.CharField(max_length=120),
        default=list,
        help_text="Everyone who wrote, edited or submitted it: the persons behind the keys.",
    )
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0, help_text="How often it was submitted.")
    approved_by = models.CharField(max_length=80, default="", blank=True)
    approved_at = models.DateTimeField(null=True)
    effective_from = models.DateTimeField(null=True)
    effective_until = models.DateTimeField(null=True)
    retire_at = models.DateTimeField(null=True, help_text="The end that someone asked for.")
    retire_asked_by = models.CharField(max_length=80, default="", blank=True)
    retired_by = models.CharField(
        max_length=80, default="", blank=True, help_text="The second person, who agreed."
    )

    class Meta:
        verbose_name = _("policy version")
        ordering = ["kind", "name", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name", "version"], name="policy_version_never_reused"
            ),
            models.CheckConstraint(
                condition=models.Q(status="approved", effective_from__isnull=False)
                | (
                    ~models.Q(status="approved")
                    & models.Q(effective_from__isnull=True, effective_until__isnull=True)
                ),
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

    @property
    def text_digest(self) -> str:
        """SHA-256 of the text as UTF-8, byte for byte: what an approval refers to."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def approved_by_a_person(self) -> bool:
        """False of what shipped with the product or was installed from files at set-up."""
        return self.approved_by.startswith("user:")

    def standing(self, at: datetime) -> Standing:
        if self.effective_from is None:
            return Standing(self.status)
        if at < self.effective_from:
            return Standing.SCHEDULED
        ended = self.effective_until is not None and self.effective_until <= at
        return Standing.RETIRED if ended else Standing.IN_FORCE


class PolicyReview(models.Model):
    """One act on a version: kept for good; triggers refuse any change.

    `by` is the ledger's actor and `person` who answers for it. `text_digest` and `digest` are of
    the text as it was then; the text itself is kept with each submission. Acts of one call share
    `change_set`. `effective_from` of a submission is what its author asks for, of an approval what
    was decided; `impact` is the summary that the approver saw.
    """

    class Act(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        COMMENTED = "commented", _("Commented")
        REJECTED = "rejected", _("Rejected")
        APPROVED = "approved", _("Approved")
        UNSCHEDULED = "unscheduled", _("Unscheduled")
        RETIREMENT_ASKED = "retirement_asked", _("Retirement asked for")
        RETIREMENT_CANCELLED = "retirement_cancelled", _("Retirement cancelled")
        RETIRED = "retired", _("Retired")

    class Reassess(models.TextChoices):
        NONE = "none", _("Leave open incidents as they were decided")
        OPEN_INCIDENTS = "open_incidents", _("Decide open incidents anew")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="reviews")
    change_set = models.UUIDField()
    act = models.CharField(max_length=24, choices=Act)
    by = models.CharField(max_length=80)
    person = models.CharField(max_length=80)
    at = models.DateTimeField()
    revision = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    text_digest = models.CharField(max_length=64)
    text = models.TextField(blank=True)
    comment = models.TextField(blank=True)
    effective_from = models.DateTimeField(null=True)
    effective_until = models.DateTimeField(null=True)
    reassess = models.CharField(max_length=16, choices=Reassess, blank=True)
    impact = models.JSONField(null=True)

    class Meta:
        verbose_name = _("review")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(act="submitted") | ~models.Q(text=""),
                name="policy_review_keeps_submitted_text",
            ),
            models.CheckConstraint(
                condition=~models.Q(act="approved")
                | (models.Q(effective_from__isnull=False) & ~models.Q(reassess="")),
                name="policy_review_approval_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.version_id}"


class Release(models.Model):
    """A set of versions that was in force at some instant, kept once a decision has named it."""

    digest = models.CharField(primary_key=True, max_length=64)
    members = ArrayField(models.UUIDField(), help_text="The policy versions, sorted by identity.")
    first_used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:12]


class Impact(models.Model):
    """What a change would make of stored incidents; see `policies.impacts`.

    `digests` maps the identity of each changed document to its digest, `files` keeps the texts of
    those that decide, as [path, text], until the work is over: a draft may change meanwhile.
    Until `lease_until` nobody else works on it; `attempts` counts the starts since the last
    progress, and `cursor` is the id of the incident that was looked at last.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    versions = ArrayField(models.UUIDField(), help_text="The changed versions; none for files.")
    digests = models.JSONField()
    files = models.JSONField(default=list)
    before_members = ArrayField(models.UUIDField())
    kept_members = ArrayField(models.UUIDField(), help_text="Of those, the ones that stay.")
    before_digest = models.CharField(max_length=64)
    after_digest = models.CharField(max_length=64)
    effective_at = models.DateTimeField(help_text="From when the change would hold.")
    days = models.PositiveIntegerField()
    since = models.DateTimeField(help_text="Open incidents are looked at however old they are.")
    until = models.DateTimeField()
    key = models.CharField(max_length=64, help_text="Equal for requests that are the same.")
    status = models.CharField(max_length=16, choices=Status, default=Status.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cursor = models.CharField(max_length=80, blank=True)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(status__in=["waiting", "running", "done"]),
                name="policy_impact_once",
            ),
        ]

    def __str__(self) -> str:
        days = "day" if self.days == 1 else "days"
        return f"{', '.join(sorted(self.digests))} over {self.days} {days}"

    @property
    def over(self) -> bool:
        """Whether nothing more will be found."""
        return self.status in {self.Status.DONE, self.Status.FAILED, self.Status.CANCELLED}


class OnCallFeed(models.Model):
    """The last good copy of an iCalendar feed that an escalation matrix names; see
    `policies.feeds`. Who is told is decided by the copy, so that sending depends on no network."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    url = models.CharField(max_length=1000, unique=True)
    name = models.CharField(
        _("name"), max_length=80, help_text="Its id in the matrix that named it last."
    )
    zone = models.CharField(max_length=64)
    text = models.TextField(blank=True)
    etag = models.CharField(max_length=200, blank=True)
    fetched_at = models.DateTimeField(null=True, help_text="When the copy was last the present.")
    error = models.CharField(max_length=500, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="Failed tries since.")
    named_at = models.DateTimeField(help_text="When a matrix in force last named it.")
    next_fetch_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("on-call feed")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["next_fetch_at"], name="on_call_feed_next")]

    def __str__(self) -> str:
        return self.name
