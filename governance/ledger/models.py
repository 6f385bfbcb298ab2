from django.db import models
from django.db.models.functions import Now

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
        verbose_name = "personal value"
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
        verbose_name = "unsealed entry"
        verbose_name_plural = "unsealed entries"


class Leaf(models.Model):
    """The place of an entry in the log, counted from 0 without a gap."""

    index = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, related_name="leaf", db_constraint=False
    )

    class Meta:
        verbose_name = "place in the log"
        verbose_name_plural = "places in the log"
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
        ordering = ["-size"]
        indexes = [models.Index(fields=["at"], name="checkpoint_at")]

    def __str__(self) -> str:
        return f"{self.size:,} entries"


class SigningKey(models.Model):
    """A public key that checkpoints are signed with; the private one is a file outside the
    database. It signs from the first checkpoint on that seals the entry which announces it; that
    one the key before it signs as well."""

    id = models.CharField(primary_key=True, max_length=8, help_text="Key hash, in hex.")
    verifier = models.CharField(max_length=300, help_text="name+hash+key (C2SP signed-note)")
    created_at = models.DateTimeField()
    announced = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["announced_id"]
        verbose_name = "signing key"

    def __str__(self) -> str:
        return self.id
