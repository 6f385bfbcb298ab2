"""Several candidates for one moment, and the decision which of them counts.

Until now the one recorded last counted, so each that exists was chosen as it was recorded.
"""

import django.db.models.deletion
from django.db import migrations, models

import governance.ids

CHOOSE = """
INSERT INTO incidents_momentchoice
    (id, incident_id, name, number, moment_id, because, chosen_by, chosen_at)
SELECT gen_random_uuid(), incident_id, name,
       row_number() OVER (PARTITION BY incident_id, name ORDER BY recorded_at, id),
       id, basis, recorded_by, recorded_at
FROM incidents_moment;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

FORWARD = """
CREATE FUNCTION incidents_moment_choice_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM incidents_moment
        WHERE id = NEW.moment_id AND incident_id = NEW.incident_id AND name = NEW.name
    ) THEN
        RAISE EXCEPTION 'moment % is no candidate for %', NEW.moment_id, NEW.name
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM incidents_momentwithdrawal WHERE moment_id = NEW.moment_id) THEN
        RAISE EXCEPTION 'moment % was withdrawn', NEW.moment_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER moment_choice_fits BEFORE INSERT ON incidents_momentchoice
    FOR EACH ROW EXECUTE FUNCTION incidents_moment_choice_fits();
CREATE TRIGGER moment_choice_kept BEFORE UPDATE OR DELETE ON incidents_momentchoice
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER moment_choice_not_truncated BEFORE TRUNCATE ON incidents_momentchoice
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();

CREATE FUNCTION incidents_moment_withdrawal_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE candidate incidents_moment%ROWTYPE;
BEGIN
    SELECT * INTO candidate FROM incidents_moment WHERE id = NEW.moment_id;
    IF candidate.incident_id IS DISTINCT FROM NEW.incident_id THEN
        RAISE EXCEPTION 'moment % belongs to another incident', NEW.moment_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.moment_id = (
        SELECT moment_id FROM incidents_momentchoice
        WHERE incident_id = candidate.incident_id AND name = candidate.name
        ORDER BY number DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'moment % counts; choose another first', NEW.moment_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER moment_withdrawal_fits BEFORE INSERT ON incidents_momentwithdrawal
    FOR EACH ROW EXECUTE FUNCTION incidents_moment_withdrawal_fits();
CREATE TRIGGER moment_withdrawal_kept BEFORE UPDATE OR DELETE ON incidents_momentwithdrawal
    FOR EACH ROW EXECUTE FUNCTION bylaw_refuse_change();
CREATE TRIGGER moment_withdrawal_not_truncated BEFORE TRUNCATE ON incidents_momentwithdrawal
    FOR EACH STATEMENT EXECUTE FUNCTION bylaw_refuse_change();
"""

BACKWARD = """
DROP TRIGGER moment_withdrawal_not_truncated ON incidents_momentwithdrawal;
DROP TRIGGER moment_withdrawal_kept ON incidents_momentwithdrawal;
DROP TRIGGER moment_withdrawal_fits ON incidents_momentwithdrawal;
DROP FUNCTION incidents_moment_withdrawal_fits();
DROP TRIGGER moment_choice_not_truncated ON incidents_momentchoice;
DROP TRIGGER moment_choice_kept ON incidents_momentchoice;
DROP TRIGGER moment_choice_fits ON incidents_momentchoice;
DROP FUNCTION incidents_moment_choice_fits();
"""


def key() -> models.UUIDField:
    return models.UUIDField(
        default=governance.ids.new, editable=False, primary_key=True, serialize=False
    )


def kept(to: str, related: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related, to=to, **more
    )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_reassessment"), ("ledger", "0002_append_only")]
    operations = [
        migrations.AddField(
            "moment",
            "source",
            models.CharField(
                blank=True,
                default="",
                help_text="What said so: a log, an alert, a mail, a witness.",
                max_length=250,
            ),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="MomentChoice",
            fields=[
                ("id", key()),
                ("name", models.CharField(max_length=64)),
                ("number", models.PositiveIntegerField()),
                ("because", models.TextField(blank=True)),
                ("chosen_by", models.CharField(max_length=80)),
                ("chosen_at", models.DateTimeField()),
                ("incident", kept("incidents.incident", "moment_choices", db_index=False)),
                ("moment", kept("incidents.moment", "choices")),
            ],
            options={
                "ordering": ["incident_id", "name", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("incident", "name", "number"), name="moment_choice_numbered"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(number__gte=1), name="moment_choice_number_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MomentWithdrawal",
            fields=[
                ("id", key()),
                ("because", models.TextField()),
                ("withdrawn_by", models.CharField(max_length=80)),
                ("withdrawn_at", models.DateTimeField()),
                ("incident", kept("incidents.incident", "moment_withdrawals")),
                (
                    "moment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="incidents.moment",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(because=""), name="moment_withdrawal_has_its_reason"
                    )
                ],
            },
        ),
        migrations.RunSQL(CHOOSE, migrations.RunSQL.noop),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
