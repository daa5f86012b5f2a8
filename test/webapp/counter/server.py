"""Answers /version and /count."""

import json
import sqlite3
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version


def serve(settings):
    """Serves until it is ended."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer = {"/version": release, "/count": lambda: count(settings.database)}.get(self.path)
            body = json.dumps(answer() if answer else {"error": "there is no such page"}) + "\n"
            self.send_response(200 if answer else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

    ThreadingHTTPServer(("127.0.0.1", settings.port), Handler).serve_forever()


def release():
    return {"release": version("counter")}


def count(database):
    with closing(sqlite3.connect(database, timeout=10)) as connection, connection:
        connection.execute("INSERT INTO visits DEFAULT VALUES")
        (visits,) = connection.execute("SELECT count(*) FROM visits").fetchone()
        (schema,) = connection.execute("SELECT max(version) FROM versions").fetchone()
    return {"count": visits, "schema": schema}
