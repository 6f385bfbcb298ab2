"""Public records of real AI incidents, turned into reports and sent through the REST API.

No set says when an operator became aware of an incident, so a replay simulates that moment; no set
describes our systems, so a system of the example register stands in. Both are said in every
narrative.
"""
