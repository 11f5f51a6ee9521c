"""What containers write into their logs, by the kind of program that their image looks like."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from swarmtui.sim.agent.images import split

STDOUT, STDERR = 1, 2

Phrase = Callable[[random.Random], str]

_PATHS = [
    "/",
    "/api/orders",
    "/api/orders/{n}",
    "/api/cart",
    "/api/products?page={n}",
    "/login",
    "/health",
    "/static/app.js",
]
_AGENTS = ("Mozilla/5.0 (X11; Linux x86_64)", "curl/8.14.1", "kube-probe/1.33", "Go-http-client/2.0")


def _access(rng: random.Random) -> str:
    path = rng.choice(_PATHS).format(n=rng.randrange(1, 900))
    status = rng.choices((200, 304, 404, 500), (90, 6, 3, 1))[0]
    return (
        f'10.0.{rng.randrange(4)}.{rng.randrange(2, 250)} - - "GET {path} HTTP/1.1" {status} '
        f'{rng.randrange(120, 48_000)} "{rng.choice(_AGENTS)}"'
    )


def _application(rng: random.Random) -> str:
    level = rng.choices(("info", "debug", "warn"), (85, 10, 5))[0]
    message = rng.choice(
        ("request handled", "cache miss", "order accepted", "token refreshed", "query done", "session opened")
    )
    return f'level={level} msg="{message}" trace={rng.getrandbits(48):012x} took={rng.randrange(1, 240)}ms'


def _database(rng: random.Random) -> str:
    return rng.choice(
        (
            f"LOG:  checkpoint complete: wrote {rng.randrange(4, 900)} buffers",
            'LOG:  automatic vacuum of table "shop.public.orders": index scans: 1',
            f"LOG:  duration: {rng.randrange(100, 4000)}.{rng.randrange(999):03d} ms  execute <unnamed>",
        )
    )


def _cache(rng: random.Random) -> str:
    changes, seconds = rng.choice(((1, 3600), (100, 300), (10000, 60)))
    return f"1:M * {changes} changes in {seconds} seconds. Saving..."


def _worker(rng: random.Random) -> str:
    job = rng.choice(("send_mail", "resize_image", "index_product", "bill_order"))
    return f"[{rng.choice('abcd')}] {job}#{rng.randrange(10_000, 99_999)} done in {rng.randrange(5, 3000)} ms"


_KINDS: Sequence[tuple[tuple[str, ...], Phrase, tuple[str, ...]]] = (
    (
        ("nginx", "traefik", "caddy", "haproxy", "web", "frontend", "proxy"),
        _access,
        ("starting", "configuration complete; ready for start up"),
    ),
    (
        ("postgres", "mysql", "mariadb", "mongo", "db"),
        _database,
        ("LOG:  starting PostgreSQL 17.6", "LOG:  database system is ready to accept connections"),
    ),
    (("redis", "valkey", "memcached"), _cache, ("Server initialized", "Ready to accept connections tcp")),
    (("worker", "mailer", "queue", "backup"), _worker, ("worker starting", "connected to broker, waiting for jobs")),
)
_OTHER: tuple[Phrase, tuple[str, ...]] = (_application, ('level=info msg="starting"', 'level=info msg="listening"'))


def phrases_of(image: str, number: int, rng: random.Random, *, errs: bool = False) -> tuple[int, str]:
    """The stream and text of a container's line of that number.

    Args:
        errs: it often writes an error.
    """
    name = split(image)[0].rpartition("/")[2]
    phrase, first = next(
        ((phrase, first) for words, phrase, first in _KINDS if any(word in name for word in words)), _OTHER
    )
    if number < len(first):
        return STDOUT, first[number]
    if rng.random() < (0.3 if errs else 0.01):
        return STDERR, f"error: upstream timed out after {rng.randrange(2, 30)} s, will retry"
    return STDOUT, phrase(rng)
