"""Assets that rows of PostgreSQL count in."""

from typing import Final

from ...core.balances import AssetDiffers
from ...core.money import Asset
from .store import Connection

SCALE: Final = "SELECT scale FROM altyn.asset WHERE code = %s"
ADD: Final = "INSERT INTO altyn.asset (code, scale) VALUES (%s, %s) ON CONFLICT (code) DO NOTHING"


async def count(connection: Connection, *assets: Asset) -> None:
    """
    See to it that rows may count these, before one does.

    Raises:
        AssetDiffers: one of them is counted with another scale.
    """
    for asset in assets:
        if (scale := await _scale(connection, asset)) is None:
            await connection.execute(ADD, (asset.code, asset.scale))
            scale = await _scale(connection, asset)  # somebody else may have been there first
        if scale is not None and scale != asset.scale:
            raise AssetDiffers(asset, scale)


async def _scale(connection: Connection, asset: Asset) -> int | None:
    row = await (await connection.execute(SCALE, (asset.code,))).fetchone()
    return None if row is None else row[0]
