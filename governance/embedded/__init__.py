"""PostgreSQL, Valkey and Bylaw's own processes as children of one command.

Nothing here imports Django: the servers run before settings can name their addresses.
"""
