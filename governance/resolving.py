"""Looking up names within a time limit, of which the system's resolver knows none: with a name
server that is dead it keeps whoever asks waiting for half a minute."""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

Resolver = Callable[[str, int], Sequence[str]]


def system(host: str, port: int) -> Sequence[str]:
    """Every address of a name, as the system's resolver orders them. Raises OSError, and
    UnicodeError for what can be no name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def addresses(host: str, port: int, *, within: float, resolver: Resolver = system) -> Sequence[str]:
    """Every address of a name. Raises TimeoutError after so many seconds, which leaves the resolver
    to itself, and OSError for a name that cannot be resolved."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="resolve")
    try:
        return pool.submit(resolver, host, port).result(within)
    except TimeoutError:
        raise TimeoutError("The name server does not answer.") from None
    except (OSError, UnicodeError) as error:
        raise OSError(f"The name cannot be resolved: {error}") from error
    finally:
        pool.shutdown(wait=False)
