"""Django looks for this module; it registers the console's pages of the ground floor."""

from governance.console import messages, people, trail, verifications, webhooks

__all__ = ["messages", "people", "trail", "verifications", "webhooks"]
