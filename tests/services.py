"""The services that tests may talk to on this machine, and what is left behind in them."""

import getpass
import os
import shutil
from urllib.parse import urlsplit

import psycopg2
import redis

NAME = f"wanzhou_water_{os.getpid()}"
"""Of the databases and the prefix of the keys of this run, so that two runs don't meet."""

CANDIDATES = (
    "postgres://postgres@127.0.0.1:5432/{name}",
    "postgres://{user}@/{name}?host=/var/run/postgresql",
    "postgres://{user}@/{name}?host=/tmp",
)


def find_postgresql() -> str:
    """The URL for this run on the first server that answers, «» if none does.

    ``TEST_DATABASE_URL`` names another one, with ``{name}`` where its database's name goes.
    """
    named = os.environ.get("TEST_DATABASE_URL")
    for candidate in [named] if named else CANDIDATES:
        user = getpass.getuser()
        try:
            url = candidate.format(name="postgres", user=user)
            psycopg2.connect(url, connect_timeout=3).close()
        except psycopg2.Error:
            continue
        return candidate.format(name=NAME, user=user)
    return ""


def find_redis() -> str:
    """The URL of a Redis that answers (``TEST_REDIS_URL`` names another one), or «»."""
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3) as client:
            client.ping()
    except redis.RedisError:
        return ""
    return url


def find_chromium() -> str | None:
    """Where Chromium is; the one without windows of its own, where it is there: the same pages
    cost it half the time."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    return next((path for path in map(shutil.which, names) if path), None)


def environment(database: str, redis_url: str) -> dict[str, str]:
    """What switches the product to these services."""
    return {"DATABASE_URL": database, "REDIS_URL": redis_url, "REDIS_PREFIX": f"{NAME}:"}


def on_server(database: str, name: str) -> str:
    """The URL of the database ``name`` on the server of ``database``."""
    return urlsplit(database)._replace(path=f"/{name}").geturl()


def administer(database: str, statement: str, *values: str) -> list[tuple[str, ...]]:
    """Run ``statement`` on the server of ``database``, outside of every transaction."""
    connection = psycopg2.connect(on_server(database, "postgres"))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def clean_up(database: str, redis_url: str) -> None:
    """Drop the databases and keys of this run, also those of a run that was broken off."""
    select = "SELECT datname FROM pg_database WHERE datname LIKE %s"
    for (name,) in administer(database, select, f"%{NAME}%"):
        administer(database, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    with redis.Redis.from_url(redis_url) as client:
        for key in client.scan_iter(f"{NAME}:*"):
            client.delete(key)
