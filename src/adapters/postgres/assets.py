"""Assets that rows of PostgreSQL count in."""

from typing import Final

from ...core.balances import AssetDiffers
from ...core.money import Asset
from .store import Connection

SCALES: Final = "SELECT code, scale FROM altyn.asset WHERE code = ANY (%s)"
ADD: Final = "INSERT INTO altyn.asset (code, scale) VALUES (%s, %s) ON CONFLICT (code) DO NOTHING"


async def count(connection: Connection, *assets: Asset) -> None:
    """
    See to it that rows may count these, before one does.

    Raises:
        AssetDiffers: one of them is counted with another scale.
    """
    scales = await _scales(connection, *assets)
    if missing := [each for each in assets if each.code not in scales]:
        for asset in missing:
            await connection.execute(ADD, (asset.code, asset.scale))
        scales = await _scales(connection, *assets)  # somebody else may have been there first
    for asset in assets:
        if (scale := scales.get(asset.code, asset.scale)) != asset.scale:
            raise AssetDiffers(asset, scale)


async def _scales(connection: Connection, *assets: Asset) -> dict[str, int]:
    codes = [asset.code for asset in assets]
    return dict(await (await connection.execute(SCALES, (codes,))).fetchall())
