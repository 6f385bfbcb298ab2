from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptFigures(models.Model):
    """The answer to a question about very many incidents, counted in the background: a cache.

    `key` is the digest of `question`. `figures` hold as of `as_of`, were there at `counted_at`, and
    took `took`; all four are None until they were counted once, and stay while they are counted
    anew. `parts` is what of that is done already, as of `began_at`. Until `lease_until` nobody else
    works on it, or tries again what failed; `attempts` counts the starts that came to no good end.
    `wanted_at` is when somebody looked at it, to the minute.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being counted")
        COUNTED = "counted", _("Counted")
        FAILED = "failed", _("Failed")

    ACTIVE = (State.WAITING, State.RUNNING)

    key = models.CharField(max_length=64, primary_key=True)
    question = models.JSONField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    wanted_at = models.DateTimeField()
    requested_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    parts = models.JSONField(default=dict)
    figures = models.JSONField(null=True)
    as_of = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)
    took = models.DurationField(null=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("kept figures")
        verbose_name_plural = _("kept figures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(figures__isnull=True)
                | models.Q(as_of__isnull=False, counted_at__isnull=False, took__isnull=False),
                name="kept_figures_have_their_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="counted") | models.Q(figures__isnull=False),
                name="kept_figures_counted_are_there",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="failed") | ~models.Q(error=""),
                name="kept_figures_failed_say_why",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def over(self) -> bool:
        """Whether nobody counts or is about to."""
        return self.state not in self.ACTIVE
