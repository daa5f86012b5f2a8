"""Packs the application as a wheel, PEP 427, without pip and without the network: python3 pack.py RELEASE FOLDER

The same source gives the same bytes.
"""

import base64
import hashlib
import sys
import zipfile
from pathlib import Path

METADATA = "Metadata-Version: 2.1\nName: counter\nVersion: {}\nRequires-Python: >=3.8\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: pack.py\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
COMMANDS = "[console_scripts]\ncounter = counter.__main__:main\n"


def contents(release):
    """Every file of the wheel but its list."""
    here = Path(__file__).parent
    sources = sorted(file for kind in ("*.py", "*.sql") for file in here.glob(f"counter/**/{kind}"))
    files = {file.relative_to(here).as_posix(): file.read_bytes() for file in sources}
    info = {"METADATA": METADATA.format(release), "WHEEL": WHEEL, "entry_points.txt": COMMANDS}
    return {**files, **{f"counter-{release}.dist-info/{name}": text.encode() for name, text in info.items()}}


def record(files):
    """The list of all files with their sums, in the words of PEP 376."""
    sums = {path: base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=") for path, data in files.items()}
    return "".join(f"{path},sha256={sums[path].decode()},{len(data)}\n" for path, data in files.items())


def pack(release, folder):
    files = contents(release)
    path = f"counter-{release}.dist-info/RECORD"
    files[path] = (record(files) + f"{path},,\n").encode()
    Path(folder).mkdir(exist_ok=True)
    wheel = Path(folder, f"counter-{release}-py3-none-any.whl")
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    print(wheel)


if __name__ == "__main__":
    pack(*sys.argv[1:])
