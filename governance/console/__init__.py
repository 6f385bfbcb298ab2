"""What the pages of the console share: lists that nobody edits, pages with actions, their words."""
