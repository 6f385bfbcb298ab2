from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance import ids
from governance.outbox.models import Message
from incidents.models.clock import Clock
from incidents.models.decision import Decision
from incidents.models.duty import Duty
from incidents.models.incident import Incident


class Notice(models.Model):
    """The document that one stage of a duty sends out: to an authority, to those concerned, to a
    client or inside. Its texts are the revisions; `revision` is the number of the present one.

    `approved_digest` is the digest of the revision that was approved, and writing another one ends
    the approval. `editors` are the persons behind everyone who wrote of it or asked for its review;
    the database refuses an approval by one of them. `message` is what the outbox was given last.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FILED = "filed", _("Filed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    LIVE = (State.DRAFT, State.IN_REVIEW, State.APPROVED, State.SENDING)
    WRITABLE = (State.DRAFT, State.IN_REVIEW, State.APPROVED)

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notices")
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="notices")
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="notices")
    template = models.CharField(max_length=160, blank=True, help_text="kind/name@version")
    template_digest = models.CharField(max_length=64, blank=True)
    approval_role = models.CharField(
        max_length=80, blank=True, help_text="Who must approve it; empty: it may leave without."
    )
    language = models.CharField(max_length=35, default="en")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1)
    editors = ArrayField(models.CharField(max_length=80), default=list)
    coverage = models.JSONField(
        default=dict, help_text="Required item → {where, by, at, revision}, where somebody ticked."
    )
    drafted_by = models.CharField(max_length=80)
    drafted_at = models.DateTimeField()
    comment = models.TextField(blank=True, help_text="Why it was returned or withdrawn.")
    approved_by = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_digest = models.CharField(max_length=64, blank=True)
    sent_to = models.CharField(max_length=500, blank=True)
    channel = models.CharField(max_length=80, blank=True)
    missing = ArrayField(
        models.TextField(), default=list, help_text="What was missing when somebody sent it."
    )
    message = models.ForeignKey(
        Message, null=True, on_delete=models.PROTECT, related_name="notices"
    )
    sendings = models.PositiveIntegerField(default=0, help_text="How often it went to the outbox.")
    left_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, help_text="Why the last sending failed.")
    attempts = models.PositiveIntegerField(default=0, help_text="Failed tries to settle it.")
    retry_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clock"],
                condition=models.Q(state__in=["draft", "in_review", "approved", "sending"]),
                name="notice_one_live",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by="", approved_at__isnull=True, approved_digest="")
                | (
                    ~models.Q(approved_by="")
                    & ~models.Q(approved_digest="")
                    & models.Q(approved_at__isnull=False)
                ),
                name="notice_approval_is_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved") | ~models.Q(approved_by=""),
                name="notice_approved_has_approver",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["sending", "sent", "filed"])
                | models.Q(approval_role="")
                | ~models.Q(approved_by=""),
                name="notice_leaves_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["sent", "filed"], left_at__isnull=False)
                | (~models.Q(state__in=["sent", "filed"]) & models.Q(left_at__isnull=True)),
                name="notice_left_has_its_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sending") | models.Q(message__isnull=False),
                name="notice_sending_has_message",
            ),
        ]
        indexes = [
            models.Index(fields=["incident", "id"], name="notice_incident"),
            models.Index(fields=["state", "id"], name="notice_state"),
            models.Index(
                fields=["left_at", "id"],
                name="notice_left_at",
                condition=models.Q(left_at__isnull=False),
            ),
            models.Index(
                fields=["id"],
                name="notice_with_message",
                condition=models.Q(
                    message__isnull=False,
                    state__in=["draft", "in_review", "approved", "sending"],
                ),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Notice: %(title)s") % {"title": self.clock.title}

    @property
    def editable(self) -> bool:
        return self.state in self.WRITABLE


class NoticeRevision(models.Model):
    """One saved text of a notice, kept for good: who approved which bytes must be provable.

    `digest` is the SHA-256 of the whole document as `incidents.papers` writes it, with the digests
    of the files enclosed: `enclosures` is `[{id, name, sha256, size}]`. `drawn_from` is the
    decision whose facts last filled the text.
    """

    class Origin(models.TextChoices):
        DRAFTED = "drafted", _("Drafted from the template")
        EDITED = "edited", _("Edited")
        REFRESHED = "refreshed", _("Filled anew from the facts")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    origin = models.CharField(max_length=12, choices=Origin)
    subject = models.CharField(max_length=250)
    body = models.TextField()
    enclosures = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    drawn_from = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=80)
    person = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="notice_revision_once"),
        ]

    def __str__(self) -> str:
        return gettext("Text %(number)s") % {"number": self.number}
