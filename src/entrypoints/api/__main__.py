"""Writes the description of the API into the file that is named: `python -m …api FILE`."""

import sys
from pathlib import Path

from .snapshot import written

Path(sys.argv[1]).write_text(written(), "utf-8")
