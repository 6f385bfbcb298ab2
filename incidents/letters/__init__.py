"""A call in words for one reader, in three forms that say the same: text, HTML and an event for
programs."""
