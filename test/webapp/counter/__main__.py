"""The command `counter`."""

import sys

from . import migrate, service
from .settings import Settings

COMMANDS = {
    "run": service.run,
    "start": service.start,
    "stop": service.stop,
    "restart": service.restart,
    "migrate": migrate.migrate,
    "migrate --check": migrate.check,
}


def main():
    command = COMMANDS.get(" ".join(sys.argv[1:]))
    if command is None:
        raise SystemExit(f"usage: counter {' | '.join(COMMANDS)}")
    return command(Settings())


if __name__ == "__main__":
    sys.exit(main())
