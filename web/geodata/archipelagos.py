"""Make the sovereignty data of every map: Hoàng Sa and Trường Sa, their islands and names.

Run once, by hand, when a name or a border changes; the result is committed:

    uv run python web/geodata/archipelagos.py PROVINCES.geojson

Shapes: the provinces after 1 July 2025 (see ``sample/`` for source and licence), of which the
special zones (đặc khu) Hoàng Sa of Đà Nẵng and Trường Sa of Khánh Hòa are all that lies east of
110.2° E. Island points: rounded to a hundredth of a degree, for labels only.
"""

import json
import sys
from pathlib import Path
from typing import Any

OUT = Path(__file__).parents[2] / "gishue" / "portal" / "static" / "map" / "quan-dao.geojson"
FIRST_ISLAND_LON = 110.2

ARCHIPELAGOS = [
    (112.0, 17.2, "Quần đảo Hoàng Sa (Việt Nam)", "Hoàng Sa Archipelago (Viet Nam)",
     "Đặc khu Hoàng Sa, thành phố Đà Nẵng", "Hoàng Sa Special Zone, Da Nang City"),
    (114.3, 11.65, "Quần đảo Trường Sa (Việt Nam)", "Trường Sa Archipelago (Viet Nam)",
     "Đặc khu Trường Sa, tỉnh Khánh Hòa", "Trường Sa Special Zone, Khanh Hoa Province"),
]  # fmt: skip
SEAS = [(111.6, 13.4, "BIỂN ĐÔNG", "EAST SEA")]
ISLETS = [
    (111.61, 16.53, "đảo Hoàng Sa"), (111.58, 16.51, "đảo Hữu Nhật"),
    (111.51, 16.45, "đảo Quang Ảnh"), (111.71, 16.45, "đảo Quang Hòa"),
    (111.74, 16.47, "đảo Duy Mộng"), (112.34, 16.84, "đảo Phú Lâm"),
    (112.73, 16.67, "đảo Linh Côn"), (112.27, 16.98, "đảo Cây"),
    (111.20, 15.78, "đảo Tri Tôn"), (111.92, 8.65, "đảo Trường Sa"),
    (114.33, 11.43, "đảo Song Tử Tây"), (114.35, 11.45, "đảo Song Tử Đông"),
    (114.28, 11.05, "đảo Thị Tứ"), (114.37, 10.38, "đảo Ba Bình"),
    (114.48, 10.37, "đảo Sơn Ca"), (114.37, 10.18, "đảo Nam Yết"),
    (114.33, 9.88, "đảo Sinh Tồn"), (112.92, 7.89, "đảo An Bang"),
]  # fmt: skip


def feature(kind: str, geometry: dict[str, Any], **names: str) -> dict[str, Any]:
    """Return a GeoJSON feature of one ``kind``."""
    return {"type": "Feature", "properties": {"kind": kind, **names}, "geometry": geometry}


def point(lon: float, lat: float) -> dict[str, Any]:
    """Return a GeoJSON point."""
    return {"type": "Point", "coordinates": [lon, lat]}


def islands(provinces: dict[str, Any]) -> list[list[list[list[float]]]]:
    """Return the polygons of both archipelagos, rounded to about ten metres."""
    found: list[list[list[list[float]]]] = []
    for province in provinces["features"]:
        shape = province["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for part in parts:
            if min(x for x, _ in part[0]) > FIRST_ISLAND_LON:
                found.append([[[round(x, 4), round(y, 4)] for x, y in ring] for ring in part])
    return found


def main(provinces: Path) -> None:
    """Write the collection the portal serves."""
    shapes = islands(json.loads(provinces.read_text(encoding="utf-8")))
    features = [feature("island", {"type": "MultiPolygon", "coordinates": shapes})]
    features += [
        feature("archipelago", point(lon, lat), name=vi, name_en=en, admin=admin, admin_en=admin_en)
        for lon, lat, vi, en, admin, admin_en in ARCHIPELAGOS
    ]
    features += [feature("sea", point(x, y), name=vi, name_en=en) for x, y, vi, en in SEAS]
    features += [feature("islet", point(x, y), name=n, name_en=n[5:]) for x, y, n in ISLETS]
    collection = {"type": "FeatureCollection", "features": features}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(collection, ensure_ascii=False, separators=(",", ":")), "utf-8")
    print(f"{len(shapes)} islands, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
