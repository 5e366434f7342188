"""How a manifest is written down."""

import json
from datetime import datetime
from typing import Any, Final

from ...core.safekeeping import FORMAT, Manifest, Part

MANIFEST: Final = "manifest.json"
CHUNK: Final = 1 << 20


def written(manifest: Manifest) -> bytes:
    """As JSON."""
    told = {
        "altyn_backup": FORMAT,
        "kind": manifest.kind,
        "made_at": manifest.made_at.isoformat(),
        "migrations": [list(each) for each in manifest.migrations],
        "parts": [
            {"name": each.name, "size": each.size, "sha256": each.sha256, "rows": each.rows}
            for each in manifest.parts
        ],
        "counters": dict(manifest.counters),
        "trail": {"links": manifest.links, "head": manifest.head},
    }
    return json.dumps(told, indent=1).encode()


def read(raw: bytes) -> Manifest:
    """The same again; ValueError, KeyError or TypeError where it is none."""
    told: Any = json.loads(raw)
    bytes.fromhex(told["trail"]["head"])
    if told["altyn_backup"] != FORMAT:
        raise ValueError("another version of Altyn made it")
    return Manifest(
        kind=told["kind"],
        made_at=datetime.fromisoformat(told["made_at"]),
        migrations=[(number, digest) for number, digest in told["migrations"]],
        parts=[Part(**each) for each in told["parts"]],
        counters=told["counters"],
        links=told["trail"]["links"],
        head=told["trail"]["head"],
    )
