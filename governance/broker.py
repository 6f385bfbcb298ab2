"""How Celery speaks with Redis: a message is gone once somebody has it.

Redis carries wake-up calls only, and what a dead worker took, the next tick does. Kombu would keep
every message aside until it is acknowledged, bring it back after a time by a host's clock, and
write it to a file where it can not. A worker that has one while the broker goes away dies of
bringing it back (kombu 5.7: the channel asks a connection that is closed already for its address).
"""

from kombu.transport import redis


class Channel(redis.Channel):
    ack_emulation = False
    do_restore = False


class Transport(redis.Transport):
    Channel = Channel
