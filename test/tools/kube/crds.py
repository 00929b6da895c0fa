"""Unpacks custom resource definitions from the zip of a Go module: crds.py ZIP FOLDER GLOB…

Their prose is dropped: it is most of their bytes and of the API server's memory, and nothing is validated by it.
"""

import fnmatch
import re
import sys
import zipfile
from pathlib import Path


def without_prose(text: str) -> str:
    kept, column = [], None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if column is not None and (not line.strip() or indent > column):
            continue
        column = None
        if re.match(r"^ *description: *[^ ]", line):
            column = indent
            continue
        kept.append(line)
    return "\n".join(kept) + "\n"


archive, folder, globs = zipfile.ZipFile(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
found = 0
for name in archive.namelist():
    path = name.split("@", 1)[1].split("/", 1)[1]
    if not any(fnmatch.fnmatch(path, glob) for glob in globs):
        continue
    text = archive.read(name).decode()
    if "kind: CustomResourceDefinition" not in text and "kind: ValidatingAdmissionPolicy" not in text:
        continue
    (folder / Path(path).name).write_text(without_prose(text))
    found += 1
if not found:
    sys.exit(f"{sys.argv[1]} has nothing that matches {' '.join(globs)}")
