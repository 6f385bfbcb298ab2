"""Keeping what may be about a person as long as it must be kept, and no longer.

periods.read(own)                      how long each record class is kept, and why
schedule.of(incident, periods)         when what goes, by which rule
schedule.due(class, periods, at=)      what is over
applying.run(at=, limit=)              erase what is over, and say so in the ledger
"""
