"""What the step `config` has written into the folder of this release."""

import configparser
import sys
from pathlib import Path


class Settings:
    def __init__(self):
        parser = configparser.ConfigParser(interpolation=None)
        with open(Path(sys.prefix, "counter.ini"), encoding="utf-8") as file:
            parser.read_file(file)
        self.port = parser.getint("counter", "port")
        self.data = Path.home() / parser["counter"]["data"]
        self.database = self.data / "counter.db"
        self.pid_file = self.data / "pid"
        self.log_file = self.data / "log"
