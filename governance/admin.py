"""Django looks for this module; it registers the console's pages of the ground floor."""

from governance.console import notices, people, trail

__all__ = ["notices", "people", "trail"]
