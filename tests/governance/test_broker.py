"""What Celery keeps in Redis: messages that nobody has taken yet, and nothing else."""

import redis
from kombu import Queue

from governance.celery import app


def test_a_message_is_gone_once_somebody_has_it(broker: "redis.Redis") -> None:
    """Whoever would bring it back while the broker is away would die of it."""
    taken: list[object] = []
    with app.connection_for_read() as connection:
        queue = Queue("celery", channel=connection.default_channel)
        queue.declare()
        connection.Producer().publish("a tick", routing_key="celery")
        assert broker.llen("celery") == 1
        with connection.Consumer([queue], callbacks=[lambda body, _message: taken.append(body)]):
            connection.drain_events(timeout=10)
        assert taken == ["a tick"]
        assert not [key for key in broker.scan_iter() if b"unacked" in key]
    assert broker.llen("celery") == 0
