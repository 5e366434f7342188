"""Assets that rows of SQLite count in."""

from sqlite3 import Connection
from typing import Final

from ...core.balances import AssetDiffers
from ...core.money import Asset

SCALE: Final = """
SELECT scale
  FROM asset
 WHERE code = ?
"""

ADD: Final = """
INSERT INTO asset (code, scale)
VALUES (?, ?)
"""


def count(connection: Connection, *assets: Asset) -> None:
    """
    See to it that rows may count these, before one does.

    Raises:
        AssetDiffers: one of them is counted with another scale.
    """
    for asset in assets:
        row = connection.execute(SCALE, (asset.code,)).fetchone()
        if row is None:
            connection.execute(ADD, (asset.code, asset.scale))
        elif row[0] != asset.scale:
            raise AssetDiffers(asset, row[0])
