from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from governance import ids


class Entry(models.Model):
    """One fact of the audit trail: who did what to which object, when and why.

    `body` is the record: canonical JSON (RFC 8785), and `digest` its SHA-256. The other columns
    repeat parts of it for searching. Triggers in the database refuse UPDATE, DELETE and TRUNCATE,
    and put each new entry in the queue of those to be sealed.
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
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["incident_id", "id"], name="ledger_entry_incident"),
            models.Index(fields=["object_kind", "object_id", "id"], name="ledger_entry_object"),
            models.Index(fields=["verb", "id"], name="ledger_entry_verb"),
            models.Index(fields=["actor", "id"], name="ledger_entry_actor"),
            models.Index(fields=["at", "id"], name="ledger_entry_at"),
            models.Index(  # as `access.reads` tells them
                fields=["id"],
                name="ledger_entry_reading",
                condition=models.Q(verb__endswith=".read") | models.Q(verb__endswith=".listed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_kind} {self.object_id}"


class PersonalData(models.Model):
    """A value that an entry commits to and does not hold, because it may be about a person.

    `value` is canonical JSON, `salt` 64 hex characters; the entry says `sha256:` of the salt's
    bytes and the value's. Triggers refuse any change, and a deletion that no entry of an erasure
    names.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="personal", db_index=False
    )
    name = models.CharField(max_length=64)
    value = models.TextField()
    salt = models.CharField(max_length=64)
    incident_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("personal value")
        constraints = [
            models.UniqueConstraint(fields=["entry", "name"], name="personal_data_once"),
            models.CheckConstraint(
                condition=models.Q(salt__regex=r"^[0-9a-f]{64}$"), name="personal_data_salted"
            ),
        ]
        indexes = [
            models.Index(
                fields=["incident_id", "id"],
                name="personal_data_incident",
                condition=models.Q(incident_id__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.entry_id}"


class Unsealed(models.Model):
    """A committed entry that has no place in the log yet. The sequencer deletes the row when it
    gives it one, so that an entry that commits late is found all the same."""

    entry = models.OneToOneField(  # no foreign key in the database: each would be looked up again
        Entry,
        primary_key=True,
        on_delete=models.PROTECT,
        related_name="unsealed",
        db_constraint=False,
    )
    since = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("unsealed entry")
        verbose_name_plural = _("unsealed entries")


class Leaf(models.Model):
    """The place of an entry in the log, counted from 0 without a gap."""

    index = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, related_name="leaf", db_constraint=False
    )

    class Meta:
        verbose_name = _("place in the log")
        verbose_name_plural = _("places in the log")
        ordering = ["index"]

    def __str__(self) -> str:
        return f"No. {self.index}"


class Tile(models.Model):
    """Up to 256 hashes of the tree, as `tiles` lays them out. It only grows at its end."""

    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="tile_once")]


class Checkpoint(models.Model):
    """The root over all entries up to a size, signed: `text` is the note (C2SP tlog-checkpoint)."""

    size = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField("time")
    root = models.CharField(max_length=64, help_text="Hex; the text has it too.")
    text = models.TextField()

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ["-size"]
        indexes = [models.Index(fields=["at"], name="checkpoint_at")]

    def __str__(self) -> str:
        said = ngettext("%(size)s entry", "%(size)s entries", self.size)
        return said % {"size": f"{self.size:,}"}


class SigningKey(models.Model):
    """A public key that checkpoints are signed with; the private one is a file outside the
    database. It signs from the first checkpoint on that seals the entry which announces it; that
    one the key before it signs as well."""

    id = models.CharField(_("id"), primary_key=True, max_length=8, help_text="Key hash, in hex.")
    verifier = models.CharField(max_length=300, help_text="name+hash+key (C2SP signed-note)")
    created_at = models.DateTimeField()
    announced = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["announced_id"]
        verbose_name = _("signing key")

    def __str__(self) -> str:
        return self.id


class Verification(models.Model):
    """Somebody asked for the whole log to be verified; a worker does it, in slices.

    `kept` are checkpoints from outside the database and `trusted` keys, as they were given.
    `course` is how far it is, so that another worker goes on when one dies; until `lease_until`
    nobody else works on it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    kept = models.JSONField(default=list)
    trusted = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    course = models.JSONField(null=True)
    size = models.PositiveBigIntegerField(null=True, help_text="Entries that were verified.")
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    working_on = models.CharField(max_length=80, blank=True)
    wrong = models.PositiveBigIntegerField(default=0, help_text="How much was found wrong.")
    findings = models.JSONField(default=list, help_text="The first of it.")
    attempts = models.PositiveIntegerField(default=0, help_text="Starts since the last progress.")
    error = models.TextField(blank=True)
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"],
                name="verification_open",
                condition=models.Q(state__in=["waiting", "running"]),
            )
        ]

    def __str__(self) -> str:
        time = f"{self.requested_at:%Y-%m-%d %H:%M}"
        return gettext("Verification of %(time)s UTC") % {"time": time}

    @property
    def sound(self) -> bool:
        return self.state == self.State.FINISHED and not self.wrong


class Witnessed(models.Model):
    """A checkpoint that a witness is owed, or was given: what it said, and, of a time-stamp
    authority, its whole answer with the certificates that it was checked by (RFC 3161).

    Of a witness one row at most is owed. It names the newest checkpoint at each attempt, and once
    it is done the database keeps it as it is.
    """

    class State(models.TextChoices):
        OWED = "owed", _("Owed")
        DONE = "done", _("Done")

    witness = models.CharField(max_length=16)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="witnessed")
    state = models.CharField(max_length=4, choices=State, default=State.OWED)
    due_at = models.DateTimeField(help_text="Since when a checkpoint is owed.")
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, help_text="Not tried again before this.")
    last_error = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True, help_text="When administrators were told.")
    at = models.DateTimeField("time", null=True, help_text="When it was confirmed.")
    said = models.CharField(_("what it said"), max_length=500, blank=True)
    receipt = models.BinaryField(default=bytes)
    certificates = models.TextField(blank=True, help_text="PEM: the receipt's, then the roots.")
    gen_time = models.DateTimeField("time-stamp", null=True)
    accuracy = models.DurationField(null=True, help_text="Either way; empty where it says none.")

    class Meta:
        ordering = ["-id"]
        verbose_name = _("witnessed checkpoint")
        constraints = [
            models.UniqueConstraint(
                fields=["witness"], condition=models.Q(state="owed"), name="witnessed_one_owed"
            ),
            models.UniqueConstraint(fields=["witness", "checkpoint"], name="witnessed_once"),
            models.CheckConstraint(
                condition=models.Q(state="done", at__isnull=False)
                | models.Q(state="owed", at__isnull=True),
                name="witnessed_done_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        said = ngettext(
            "%(witness)s: %(size)s entry", "%(witness)s: %(size)s entries", self.checkpoint_id
        )
        return said % {"witness": self.witness, "size": f"{self.checkpoint_id:,}"}
