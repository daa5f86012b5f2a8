"""Starts and stops the server as a daemon of an ordinary user: no systemd, no root."""

import fcntl
import os
import signal
import subprocess
import sys
import time

from .server import serve


def run(settings):
    """Serves, and holds the lock on the pid file for as long: who runs is told by that, never by a number alone."""
    file = open(settings.pid_file, "a+", encoding="ascii")
    if not lock(file):
        raise SystemExit("it runs already")
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    serve(settings)


def start(settings):
    """Starts it in a session of its own; it holds neither the terminal nor the output of whoever starts it."""
    settings.data.mkdir(parents=True, exist_ok=True)
    with open(settings.log_file, "ab") as log:
        command = [sys.executable, "-m", "counter", "run"]
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    print(f"started, its log is {settings.log_file}")


def stop(settings, patience=10):
    """Ends it and waits until it is gone: TERM, and after `patience` seconds KILL."""
    settings.data.mkdir(parents=True, exist_ok=True)
    last = time.monotonic() + patience
    with open(settings.pid_file, "a+", encoding="ascii") as file:
        while not lock(file):
            end(file, signal.SIGTERM if time.monotonic() < last else signal.SIGKILL)
            time.sleep(0.1)
    print("it does not run")


def restart(settings):
    stop(settings)
    start(settings)


def lock(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def end(file, sign):
    file.seek(0)
    text = file.read().strip()
    try:
        if text:
            os.kill(int(text), sign)
    except ProcessLookupError:
        pass
