"""Brings the database to the newest version: each file of migrations/ once, in order, each in one transaction."""

import sqlite3
from pathlib import Path

FOLDER = Path(__file__).parent / "migrations"
VERSIONS = "CREATE TABLE IF NOT EXISTS versions (version INTEGER PRIMARY KEY, at TEXT DEFAULT CURRENT_TIMESTAMP)"

# Exit codes of `counter migrate --check`, as a probe of conc has them.
DONE, NOT_DONE, UNKNOWN = 0, 1, 3


def migrations():
    """The files by their number, in order."""
    files = {int(file.name.split("-")[0]): file for file in FOLDER.glob("*.sql")}
    return sorted(files.items())


def applied(connection):
    """The numbers of the migrations that the database has had."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'versions'").fetchone():
        return set()
    return {version for (version,) in connection.execute("SELECT version FROM versions")}


def migrate(settings):
    settings.data.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(settings.database, timeout=60, isolation_level=None)
    connection.execute(VERSIONS)
    for version, file in migrations():
        if version not in applied(connection):
            apply(connection, version, file)
    print(f"the database is at version {max(applied(connection), default=0)}")
    return DONE


def apply(connection, version, file):
    print(f"applies {file.name}", flush=True)
    row = f"INSERT INTO versions (version) VALUES ({version})"
    try:
        # The row comes first: of two who migrate at once, the second waits here, and is refused.
        connection.executescript(f"BEGIN IMMEDIATE;\n{row};\n{file.read_text(encoding='utf-8')}\n;COMMIT;")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if version not in applied(connection):
            raise SystemExit(f"{file.name}: {error}. The database is as it was before this file.")


def check(settings):
    """Only looks. While somebody else migrates nobody can say how that will end."""
    try:
        return look(settings)
    except Exception as error:  # Python itself would end with 1, which means that it is not done.
        print(f"it can't be told: {error}")
        return UNKNOWN


def look(settings):
    if not settings.database.exists():
        return NOT_DONE
    connection = sqlite3.connect(settings.database, timeout=2, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    missing = {version for version, _ in migrations()} - applied(connection)
    connection.execute("ROLLBACK")
    return NOT_DONE if missing else DONE
