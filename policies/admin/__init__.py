"""The policy side of the console. Importing it registers its pages, which the admin does."""

from policies.admin import feeds, versions

__all__ = ["feeds", "versions"]
