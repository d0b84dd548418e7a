"""The parcel table: sheets, numbers, land use and addresses of the lots laid out."""

import numpy as np
import shapely

from sample.parcels import Grid, Lots
from sample.quarters import Kind, Quarter
from sample.table import Table, table

type Laid = list[tuple[Quarter, Grid, Lots]]

PURPOSES = {
    "ODT": "Đất ở tại đô thị",
    "ONT": "Đất ở tại nông thôn",
    "TMD": "Đất thương mại, dịch vụ",
    "TSC": "Đất xây dựng trụ sở cơ quan",
    "DGD": "Đất xây dựng cơ sở giáo dục và đào tạo",
    "TIN": "Đất tín ngưỡng",
    "CLN": "Đất trồng cây lâu năm",
    "BHK": "Đất bằng trồng cây hằng năm khác",
    "LUC": "Đất chuyên trồng lúa",
    "NTS": "Đất nuôi trồng thuỷ sản",
    "NTD": "Đất nghĩa trang, nhà tang lễ",
}
KINDS = {
    Kind.TOWN: "Đô thị",
    Kind.EDGE: "Ven đô",
    Kind.VILLAGE: "Làng",
    Kind.FIELD: "Đồng ruộng",
}
FARMED = frozenset({"LUC", "BHK", "NTS", "CLN", "NTD"})


def cadastre(laid: Laid, rng: np.random.Generator) -> Table:
    """Return the parcels of ``laid``: one map sheet per quarter, numbered within its ward."""
    sizes = [len(lots.shapes) for _, _, lots in laid]
    shapes = np.concatenate([lots.shapes for _, _, lots in laid])
    use = np.concatenate([lots.use for _, _, lots in laid])
    sheets = _sheets(laid)
    return table(
        shapes,
        so_to=np.repeat(sheets, sizes),
        so_thua=np.concatenate([np.arange(1, size + 1) for size in sizes]),
        dien_tich=np.round(shapely.area(shapes), 1),
        loai_dat=list(use),
        muc_dich=[PURPOSES[code] for code in use],
        dia_chi=[text for part in laid for text in _addresses(part)],
        phuong=list(np.repeat([quarter.ward.full_name for quarter, _, _ in laid], sizes)),
        ma_xa=list(np.repeat([quarter.ward.code for quarter, _, _ in laid], sizes)),
        nam_cap=rng.integers(1995, 2026, len(shapes)),
    )


def settlements(laid: Laid) -> Table:
    """Return the ground of every quarter, with its use and the number of its lots."""
    return table(
        [quarter.ground for quarter, _, _ in laid],
        loai=[KINDS[quarter.kind] for quarter, _, _ in laid],
        phuong=[quarter.ward.full_name for quarter, _, _ in laid],
        so_thua=np.array([len(lots.shapes) for _, _, lots in laid]),
    )


def _sheets(laid: Laid) -> np.ndarray:
    """Return the number of each quarter's map sheet within its ward, from 1."""
    seen: dict[str, int] = {}
    numbers: list[int] = []
    for quarter, _, _ in laid:
        seen[quarter.ward.code] = seen.get(quarter.ward.code, 0) + 1
        numbers.append(seen[quarter.ward.code])
    return np.array(numbers)


def _addresses(part: tuple[Quarter, Grid, Lots]) -> list[str]:
    """Return one address per lot: a number in an alley of the nearest street, and the ward."""
    quarter, _, lots = part
    where = f"{quarter.street}, {quarter.ward.full_name}, thành phố Huế"
    alleys, numbers = lots.block + 1, np.arange(1, len(lots.shapes) + 1)
    if quarter.kind in (Kind.FIELD, Kind.VILLAGE):
        return [
            f"{'Xứ đồng' if use in FARMED else 'Xóm'} {alley}, {where}"
            for alley, use in zip(alleys, lots.use, strict=True)
        ]
    return [f"{number}/{alley} {where}" for number, alley in zip(numbers, alleys, strict=True)]
