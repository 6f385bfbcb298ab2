from django.db import models

from governance import ids
from incidents.models.incident import Incident
from incidents.models.moment import Moment


class MomentWithdrawal(models.Model):
    """A candidate that was recorded by mistake, and why. It stays on record and can be chosen no
    more; triggers refuse to withdraw the one that counts."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="moment_withdrawals"
    )
    moment = models.OneToOneField(Moment, on_delete=models.PROTECT, related_name="withdrawal")
    because = models.TextField()
    withdrawn_by = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(because=""), name="moment_withdrawal_has_its_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.moment_id} withdrawn"
