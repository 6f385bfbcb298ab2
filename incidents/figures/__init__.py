"""Figures over the incidents of a period: how long things took, what was met in time, how many
there were. Read only; drills and what is in shadow do not count."""
