"""The description of the API as a file that is read and compared."""

import json

from .app import specification


def written() -> str:
    """In lines, so that a change of the API shows as what it is."""
    return json.dumps(specification(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
