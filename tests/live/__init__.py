"""The real servers and processes that tests run against."""
