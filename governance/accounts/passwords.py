"""Asking for a password at a terminal, as strict as the console."""

from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from governance.accounts.models import User
from governance.errors import Invalid


def ask(user: User) -> str:
    """One that fits `user`, typed twice. Raises Invalid."""
    password = getpass("Password: ")
    if password != getpass("Password (again): "):
        raise Invalid("The two passwords differ.")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error
    return password
