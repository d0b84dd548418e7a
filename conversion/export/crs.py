"""What a file declares its system to be, so that every program puts it where it lies."""

from typing import Final

from pyproj import CRS

from gishue.core.crs import SOURCES, zones

# Position vector signs (QĐ 05/2007/QĐ-BTNMT gives coordinate frame); EPSG:1542 for Indian 1960.
_VN2000_SHIFT: Final = (
    "+ellps=WGS84 "
    "+towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278"
)
_INDIAN_1960: Final = "+a=6377276.345 +rf=300.8017 +towgs84=198,881,317,0,0,0,0"
_UTM: Final = "+proj=utm +zone={zone} {datum} +units=m +no_defs"
_MAPINFO: Final = {
    3405: _UTM.format(zone=48, datum=_VN2000_SHIFT),
    3406: _UTM.format(zone=49, datum=_VN2000_SHIFT),
    3148: _UTM.format(zone=48, datum=_INDIAN_1960),
    3149: _UTM.format(zone=49, datum=_INDIAN_1960),
    4756: f"+proj=longlat {_VN2000_SHIFT} +no_defs",
    **SOURCES,
}


def declared(format: str, srid: int) -> str:
    """Return the system as GDAL is told it, for a file of ``format``.

    MapInfo files get the datum shift spelled out: by its code GDAL writes VN-2000 as WGS 84, and
    the file lies 225 m off. In every other format the spelled-out shift is what gets lost.
    """
    if format not in ("tab", "mif"):
        return f"EPSG:{srid}"
    return _MAPINFO.get(srid) or _tm3(srid) or f"EPSG:{srid}"


def _tm3(srid: int) -> str:
    for zone in zones():
        if zone.srid == srid:
            return (
                f"+proj=tmerc +lat_0=0 +lon_0={zone.central_meridian_deg:g} +k=0.9999 +x_0=500000 "
                f"+y_0=0 {_VN2000_SHIFT} +units=m +no_defs"
            )
    return ""


def projjson(srid: int) -> dict[str, object]:
    """Return the system as PROJJSON; longitude comes first in WGS 84, as in the coordinates."""
    return CRS.from_user_input("OGC:CRS84" if srid == 4326 else srid).to_json_dict()
