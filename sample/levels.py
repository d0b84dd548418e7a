"""Water-level stations on the real rivers and one invented day of readings, every 15 minutes."""

import numpy as np

from sample.frame import VN2000_HUE, moved
from sample.sketch.places import STATIONS
from sample.table import Column, Table, points, table

FIRST_READING_AT = np.datetime64("2026-11-19T17:00:00", "ms")  # midnight in Huế, UTC+7
STEP = np.timedelta64(15, "m")
READINGS = 96
STATES = ("Bình thường", "Trên báo động 1", "Trên báo động 2", "Trên báo động 3")


def _alarms() -> np.ndarray:
    return np.array([[float(word) for word in place.note.split()] for place in STATIONS])


def _where() -> Column:
    lonlat = np.array([(place.lon, place.lat) for place in STATIONS])
    return points(moved(lonlat, 4326, VN2000_HUE))


def _curves(rng: np.random.Generator) -> np.ndarray:
    """Return levels (station, reading) in metres: a passing flood wave, the tide, some noise."""
    alarms = _alarms()
    hours = np.arange(READINGS) / 4
    crest = rng.uniform(13, 20, len(alarms))[:, None]
    reach = rng.uniform(-0.25, 1.5, len(alarms))[:, None]
    span = (alarms[:, 1] - alarms[:, 0])[:, None]
    wave = np.exp(-(((hours - crest) / 5.0) ** 2)) * span * (reach + 0.6)
    tide = 0.12 * np.cos((hours - 4.5) / 12.42 * 2 * np.pi) * (alarms[:, :1] < 1.3)
    noise = rng.normal(0, 0.012, (len(alarms), READINGS)).cumsum(axis=1) * 0.25
    return np.round(alarms[:, :1] - 0.6 * span + wave + tide + noise, 2)


def _state(levels: np.ndarray, alarms: np.ndarray) -> list[str]:
    return [STATES[int(count)] for count in (levels[:, None] >= alarms).sum(axis=1)]


def stations(rng: np.random.Generator) -> Table:
    """Return the stations with alarm levels and the day's last reading."""
    curves, alarms = _curves(rng), _alarms()
    last = curves[:, -1]
    return table(
        _where(),
        ma_tram=[f"MN{number:02d}" for number in range(1, len(STATIONS) + 1)],
        ten=[place.name for place in STATIONS],
        song=[place.kind for place in STATIONS],
        muc_nuoc_m=last,
        bao_dong_1=alarms[:, 0],
        bao_dong_2=alarms[:, 1],
        bao_dong_3=alarms[:, 2],
        cao_nhat_m=curves.max(axis=1),
        tinh_trang=_state(last, alarms),
        thoi_diem=np.full(len(STATIONS), FIRST_READING_AT + STEP * (READINGS - 1)),
    )


def readings(rng: np.random.Generator) -> Table:
    """Return one row per station and quarter of an hour; the same generator as ``stations``."""
    curves, alarms = _curves(rng), _alarms()
    station = np.repeat(np.arange(len(STATIONS)), READINGS)
    levels = curves.ravel()
    return table(
        _where()[station],
        ma_tram=[f"MN{number + 1:02d}" for number in station],
        ten=[STATIONS[number].name for number in station],
        muc_nuoc_m=levels,
        tinh_trang=_state(levels, alarms[station]),
        thoi_diem=np.tile(FIRST_READING_AT + STEP * np.arange(READINGS), len(STATIONS)),
    )
