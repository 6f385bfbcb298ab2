"""Delays, pauses and waivers, which take two persons; and decisions not to notify, which somebody
confirms.

Beside the constraints in the models, triggers, because a check sees one row and not who made a key.
Duties that were found not to apply before this are to be confirmed a day from now.
"""

import django.db.models.deletion
import governance.ids
from django.db import migrations, models

FILL = """
UPDATE incidents_duty
SET confirmation = 'unconfirmed', confirm_by = now() + interval '24 hours'
WHERE state = 'not_applicable' AND NOT shadow;
"""

FORWARD = """
CREATE FUNCTION incidents_person_behind(actor text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT COALESCE(
        (SELECT created_by FROM accounts_apikey
         WHERE actor = 'api_key:' || prefix AND created_by LIKE 'user:%'), actor)
$$;

CREATE FUNCTION incidents_keep_dispensation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'requested' THEN
            RAISE EXCEPTION 'a dispensation begins as a request'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.incident_id, NEW.duty_id, NEW.clock_id, NEW.kind, NEW.ground, NEW.reason,
        NEW.evidence, NEW.until, NEW.review_at, NEW.requested_at, NEW.requested_by)
       IS DISTINCT FROM
       (OLD.id, OLD.incident_id, OLD.duty_id, OLD.clock_id, OLD.kind, OLD.ground, OLD.reason,
        OLD.evidence, OLD.until, OLD.review_at, OLD.requested_at, OLD.requested_by)
       OR (OLD.since IS NOT NULL AND NEW.since IS DISTINCT FROM OLD.since)
    THEN
        RAISE EXCEPTION 'dispensation % is kept as it was asked for', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'requested' AND
       (NEW.decided_at, NEW.decided_by, NEW.note, NEW.since, NEW.ends_at)
       IS DISTINCT FROM (OLD.decided_at, OLD.decided_by, OLD.note, OLD.since, OLD.ends_at)
    THEN
        RAISE EXCEPTION 'dispensation % is kept as it was decided', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('requested', 'approved'), ('requested', 'refused'), ('requested', 'withdrawn'),
        ('approved', 'ended'))
    THEN
        RAISE EXCEPTION 'a dispensation does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decided_by <> '' AND incidents_person_behind(NEW.requested_by) = NEW.decided_by THEN
        RAISE EXCEPTION 'nobody decides on a dispensation of their own (dispensation_takes_two)'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dispensation_kept BEFORE INSERT OR UPDATE ON incidents_dispensation
    FOR EACH ROW EXECUTE FUNCTION incidents_keep_dispensation();
CREATE TRIGGER dispensation_not_deleted BEFORE DELETE ON incidents_dispensation
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER dispensation_not_truncated BEFORE TRUNCATE ON incidents_dispensation
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();

-- What two persons approved, and nothing else, waives a duty or lets a clock stand still.
CREATE FUNCTION incidents_waived_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM incidents_dispensation
                   WHERE duty_id = NEW.id AND kind = 'waiver' AND state = 'approved')
    THEN
        RAISE EXCEPTION 'duty % has no approved waiver', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER duty_waived_by_two BEFORE INSERT OR UPDATE OF state ON incidents_duty
    FOR EACH ROW WHEN (NEW.state = 'waived') EXECUTE FUNCTION incidents_waived_by_two();

CREATE FUNCTION incidents_paused_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM incidents_dispensation
                   WHERE clock_id = NEW.id AND kind = 'pause' AND state = 'approved')
    THEN
        RAISE EXCEPTION 'clock % has no approved pause', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER clock_paused_by_two BEFORE INSERT OR UPDATE OF state ON incidents_clock
    FOR EACH ROW WHEN (NEW.state = 'paused') EXECUTE FUNCTION incidents_paused_by_two();

INSERT INTO incidents_timer
    (id, incident_id, kind, step, key, due_at, state, attempts, outcome)
SELECT gen_random_uuid(), duty.incident_id, 'confirm', duty.owner,
       'incident:' || duty.incident_id || ':confirm:' || duty.owner || ':before', min(confirm_by),
       'pending', 0, ''
FROM incidents_duty duty JOIN incidents_incident incident ON incident.id = duty.incident_id
WHERE duty.confirmation = 'unconfirmed' AND incident.state <> 'closed'
GROUP BY duty.incident_id, duty.owner;
-- Now, for Django makes its indexes at the end, which pending checks of keys would hinder.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

BACKWARD = """
DELETE FROM incidents_timer WHERE kind IN ('confirm', 'request', 'review');
UPDATE incidents_clock SET state = 'running' WHERE state = 'paused';
UPDATE incidents_duty SET state = 'open', closed_at = NULL WHERE state = 'waived';
DROP TRIGGER clock_paused_by_two ON incidents_clock;
DROP FUNCTION incidents_paused_by_two();
DROP TRIGGER duty_waived_by_two ON incidents_duty;
DROP FUNCTION incidents_waived_by_two();
DROP TRIGGER dispensation_not_truncated ON incidents_dispensation;
DROP TRIGGER dispensation_not_deleted ON incidents_dispensation;
DROP TRIGGER dispensation_kept ON incidents_dispensation;
DROP FUNCTION incidents_keep_dispensation();
DROP FUNCTION incidents_person_behind(text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("incidents", "0007_reassessed_by_hand"),
        ("ledger", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispensation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=governance.ids.new,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("delay", "Delay"), ("pause", "Pause"), ("waiver", "Waiver")],
                        max_length=8,
                    ),
                ),
                ("ground", models.CharField(max_length=1000, verbose_name="legal ground")),
                ("reason", models.TextField()),
                (
                    "evidence",
                    models.CharField(
                        blank=True, help_text="Where the proof is kept.", max_length=500
                    ),
                ),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("review_at", models.DateTimeField(null=True)),
                ("requested_at", models.DateTimeField()),
                ("requested_by", models.CharField(max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("approved", "In force"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                            ("ended", "Ended"),
                        ],
                        default="requested",
                        max_length=12,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("note", models.TextField(blank=True)),
                ("ends_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=80)),
                ("ended_because", models.CharField(blank=True, max_length=1000)),
                (
                    "attempts",
                    models.PositiveIntegerField(
                        default=0, help_text="Failed tries to end it in time."
                    ),
                ),
                ("retry_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="clock",
            name="clock_one_unfinished",
        ),
        migrations.AddField(
            model_name="clock",
            name="counted_conservative_due",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="clock",
            name="counted_legal_due",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="clock",
            name="counted_target_due",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="clock",
            name="paused_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="clock",
            name="paused_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="duty",
            name="because",
            field=models.CharField(
                blank=True,
                help_text="Why it does not apply, where that was found later than the duty's row was made.",
                max_length=500,
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="confirm_by",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="duty",
            name="confirmation",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Not asked"),
                    ("unconfirmed", "Unconfirmed"),
                    ("confirmed", "Confirmed"),
                    ("contested", "Contested"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="confirmation_note",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="duty",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="duty",
            name="confirmed_by",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="duty",
            name="contested_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="duty",
            name="contested_by",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AlterField(
            model_name="clock",
            name="state",
            field=models.CharField(
                choices=[
                    ("not_started", "Not started"),
                    ("running", "Running"),
                    ("paused", "Paused"),
                    ("fulfilled", "Fulfilled"),
                    ("cancelled", "Cancelled"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="duty",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("undetermined", "To be determined"),
                    ("fulfilled", "Fulfilled"),
                    ("superseded", "Superseded"),
                    ("waived", "Waived"),
                    ("not_applicable", "Does not apply"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="timer",
            name="kind",
            field=models.CharField(
                choices=[
                    ("escalation", "Escalation step"),
                    ("reminder", "Reminder"),
                    ("at_risk", "At risk"),
                    ("overdue", "Overdue"),
                    ("question", "Question unanswered"),
                    ("confirm", "Decision not to notify, unconfirmed"),
                    ("request", "Request undecided"),
                    ("review", "Review of a dispensation"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(
                condition=models.Q(("confirmation", "unconfirmed")),
                fields=["incident", "owner"],
                name="duty_unconfirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["running", "paused", "not_started"])),
                fields=("duty", "stage", "recipient_id"),
                name="clock_one_unfinished",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "paused"), _negated=True),
                    models.Q(
                        ("paused_since__isnull", False),
                        ("paused_until__gt", models.F("paused_since")),
                        ("paused_until__isnull", False),
                        ("started_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="clock_paused_has_its_end",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("shadow", False), ("state", "not_applicable"), _negated=True),
                    ("confirmation__in", ["unconfirmed", "confirmed"]),
                    _connector="OR",
                ),
                name="duty_decision_is_confirmed_or_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmation", "unconfirmed"), _negated=True),
                    models.Q(("confirm_by__isnull", False), ("state", "not_applicable")),
                    _connector="OR",
                ),
                name="duty_unconfirmed_has_its_limit",
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmation", "confirmed"), _negated=True),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("state", "not_applicable"),
                        ("confirmed_by__startswith", "user:"),
                    ),
                    _connector="OR",
                ),
                name="duty_confirmed_by_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmation", "contested"), _negated=True),
                    models.Q(
                        models.Q(("state", "not_applicable"), _negated=True),
                        ("contested_at__isnull", False),
                        ("contested_by__startswith", "user:"),
                    ),
                    _connector="OR",
                ),
                name="duty_contested_by_a_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", ""),
                    models.Q(("confirmed_by", models.F("contested_by")), _negated=True),
                    _connector="OR",
                ),
                name="duty_contest_overruled_by_another",
            ),
        ),
        migrations.AddField(
            model_name="dispensation",
            name="clock",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dispensations",
                to="incidents.clock",
            ),
        ),
        migrations.AddField(
            model_name="dispensation",
            name="duty",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dispensations",
                to="incidents.duty",
            ),
        ),
        migrations.AddField(
            model_name="dispensation",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dispensations",
                to="incidents.incident",
            ),
        ),
        migrations.AddField(
            model_name="timer",
            name="dispensation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="timers",
                to="incidents.dispensation",
            ),
        ),
        migrations.AddIndex(
            model_name="dispensation",
            index=models.Index(
                condition=models.Q(("ends_at__isnull", False), ("state", "approved")),
                fields=["ends_at"],
                name="dispensation_to_end",
            ),
        ),
        migrations.AddIndex(
            model_name="dispensation",
            index=models.Index(fields=["state", "id"], name="dispensation_state"),
        ),
        migrations.AddConstraint(
            model_name="dispensation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("clock__isnull", False), ("kind__in", ["delay", "pause"])),
                    models.Q(("clock__isnull", True), ("kind", "waiver")),
                    _connector="OR",
                ),
                name="dispensation_of_clock_or_duty",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispensation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "delay"), ("since__isnull", True), ("until__isnull", False)),
                    models.Q(("kind", "pause"), ("until__isnull", False)),
                    models.Q(("kind", "pause"), ("review_at__isnull", False)),
                    models.Q(("kind", "waiver"), ("since__isnull", True), ("until__isnull", True)),
                    _connector="OR",
                ),
                name="dispensation_has_its_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispensation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ground", ""), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    models.Q(("requested_by", ""), _negated=True),
                ),
                name="dispensation_has_its_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispensation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by", ""), ("state__in", ["requested", "withdrawn"])),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("state__in", ["approved", "refused", "ended"]),
                        ("decided_by__startswith", "user:"),
                    ),
                    _connector="OR",
                ),
                name="dispensation_decided_by_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispensation",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided_by", models.F("requested_by")), _negated=True),
                name="dispensation_takes_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispensation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    ("kind", "waiver"),
                    ("ends_at__isnull", False),
                    _connector="OR",
                ),
                name="dispensation_in_force_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispensation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "pause"), ("state__in", ["approved", "ended"]), _negated=True
                    ),
                    ("since__isnull", False),
                    _connector="OR",
                ),
                name="dispensation_pause_has_begun",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispensation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["withdrawn", "ended"]), _negated=True),
                    ("ended_at__isnull", False),
                    _connector="OR",
                ),
                name="dispensation_ended_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispensation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "requested")),
                fields=("duty", "clock", "kind"),
                name="dispensation_one_requested",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="dispensation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "approved")),
                fields=("duty", "clock", "kind"),
                name="dispensation_one_approved",
                nulls_distinct=False,
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
