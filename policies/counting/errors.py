"""What can go wrong in counting."""


class CountingError(Exception):
    """The period cannot be counted as asked.

    The rule does not know its unit, the start is naive, or the count leaves the days that the
    calendar covers; the message says which, and what to do.
    """
