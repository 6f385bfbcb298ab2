"""The report of an incident for people: the same content as a page and as a PDF."""
