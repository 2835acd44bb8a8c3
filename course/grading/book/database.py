"""Which databases hold a gradebook, who writes to one, and what one says, without a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

# The drivers that these labs install, by the names that people write.
DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
SECONDS_TO_WAIT = 30  # for another program that writes to the database
OURS = 0x1AB5  # the number of PostgreSQL's lock that all who write to a gradebook take


class NoGradebook(Exception):
    """The database cannot be used now; the message says why and what to do."""


def parsed(text: str) -> URL:
    """The database that a text names, with the driver of these labs.

    Raises:
        NoGradebook: it is none. The message repeats nothing of the text: a password may be anywhere
            in what does not have the form of a URL.
    """
    try:
        url = sql.make_url(text)
        url = url.set(drivername=DRIVERS[url.drivername])
    except (sql.exc.ArgumentError, KeyError, ValueError):  # ValueError: of a port
        raise _no_database() from None
    if url.drivername == "sqlite":
        if url.host or url.username:
            raise _no_database()
        # nbgrader has connections of its own to this URL: they wait as long as ours.
        wait = {"timeout": str(SECONDS_TO_WAIT)}
        return url.update_query_dict(wait | dict(url.query))
    # Where a password is not written as a URL wants it, a part of it is taken for something else.
    user_and_host, *rest = re.split(r"[/?#]", text.partition("://")[2], maxsplit=1)
    is_odd = user_and_host.count("@") > 1 or "@" in "".join(rest)
    if is_odd or re.search("[=:]", url.database or ""):
        raise _no_database()
    return url


def _no_database() -> NoGradebook:
    return NoGradebook(
        "What --gradebook names is no database: name a file as sqlite:///gradebook.db, or a server "
        "as postgresql://user@host/name. In a password write %40 for @, %2F for / and so on, or "
        "leave it out and put it into the file ~/.pgpass."
    )


def opened(url: URL) -> Engine:
    """Connections to a database."""
    if url.drivername != "sqlite":  # what a transaction reads is as new as its lock
        return sql.create_engine(url, isolation_level="READ COMMITTED")
    engine = sql.create_engine(url)
    sql.event.listen(engine, "connect", _safe)
    return engine


def _safe(connection: Any, _: object) -> None:
    """SQLite: a transaction is on the disk when it is said to be, and no row points nowhere."""
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def is_there(url: URL) -> bool:
    """Whether it is not a file that is missing, which SQLite would make."""
    is_file = url.drivername == "sqlite" and bool(url.database) and "uri" not in url.query
    return not is_file or Path(str(url.database)).exists()


def take_turn(connection: Connection) -> None:
    """Begin to write, when no other program does: what is read from now on stays true.

    All that write to a gradebook begin so. Two of them therefore never make the same row or the
    same table, and neither ever waits for what the other waits with.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{SECONDS_TO_WAIT}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({OURS})")


@contextmanager
def told(url: URL) -> Iterator[None]:
    """Turn what a database says into one sentence that says what to do."""
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig)
        if "locked" in reason or "lock timeout" in reason:
            todo = "another program writes to it: close formgrader or the other run, then go on"
        elif "full" in reason:
            todo = "free some disk and start the same command again; what is marked is kept"
        else:
            todo = "mend that and start the same command again; what is marked is kept"
        says = _without_passwords(reason, url)
        raise NoGradebook(f"The gradebook {shown(url)} cannot be used ({says}): {todo}.") from None


def shown(url: URL) -> str:
    """How a message names a database: without its password and its settings, which may have one."""
    if not url.username:  # then the port may be the password of somebody who forgot the host
        url = url._replace(port=None)
    return url.set(query={}).render_as_string(hide_password=True)


def _without_passwords(reason: str, url: URL) -> str:
    """The first line of what a driver says, without what the URL keeps secret."""
    says = next(iter(reason.strip().splitlines()), "it does not say why")
    if "connection option" in says:  # it quotes one, which may be the second half of a password
        return "after its ? stands what is no setting of PostgreSQL's"
    secrets = [url.password, None if url.username else url.port]
    for key, values in url.normalized_query.items():
        secrets += values if "pass" in key else ()
    for secret in secrets:
        if secret:
            says = says.replace(str(secret), "***")
    return says
