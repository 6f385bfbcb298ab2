"""What will go: said in every answer (RFC 9745, RFC 8594) and in the description."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.http import http_date

NOTICE: Final = timedelta(days=365)


@dataclass(frozen=True)
class Deprecated:
    """Since when something should no longer be used, when it goes (at least a year later), and
    where it is written what to use instead."""

    since: datetime
    sunset: datetime
    link: str

    def __post_init__(self) -> None:
        if self.sunset - self.since < NOTICE:
            raise ValueError(f"What is used is kept for {NOTICE.days} days after it is deprecated.")

    def headers(self) -> dict[str, str]:
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": http_date(self.sunset.timestamp()),
            "Link": f'<{self.link}>; rel="deprecation"; type="text/html"',
        }
