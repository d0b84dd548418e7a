"""The ground one photo shows: a pinhole turned by yaw, pitch and roll over flat ground."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from pyproj import Geod

from drone_imagery.camera import Camera
from drone_imagery.photo import Attitude, Photo

HIGHEST_PITCH_DEG = -20.0  # nearer to the horizon the far edge runs away
HORIZON = -0.05  # a ray less steep than this meets no ground worth drawing
FLIPPED_ROLL_DEG = 170.0

_WGS84 = Geod(ellps="WGS84")


class Vector(NamedTuple):
    """East, north, up."""

    east: float
    north: float
    up: float


class Offset(NamedTuple):
    """Metres on the ground from the point below the camera, along true east and true north."""

    east_m: float
    north_m: float


def footprint(attitude: Attitude, camera: Camera, height_m: float) -> list[Offset] | None:
    """Return the four ground corners, from the top left pixel clockwise in the picture.

    None when the camera looks above ``HIGHEST_PITCH_DEG`` or a corner meets the horizon.
    The ground is flat, ``height_m`` below; lens distortion is ignored.
    """
    if height_m <= 0 or attitude.pitch_deg > HIGHEST_PITCH_DEG:
        return None
    ahead, right, down = _axes(attitude)
    width_px, height_px = camera.size
    corners: list[Offset] = []
    for column, row in ((0, 0), (width_px, 0), (width_px, height_px), (0, height_px)):
        across = (column - width_px / 2) / camera.fx_px
        along = (row - height_px / 2) / camera.fx_px
        ray = _sum(ahead, _times(right, across), _times(down, along))
        if ray.up > HORIZON:
            return None
        reach = height_m / -ray.up
        corners.append(Offset(ray.east * reach, ray.north * reach))
    return corners


def ground_polygon(photo: Photo, camera: Camera) -> list[tuple[float, float]] | None:
    """Return the closed ring of ``photo``'s footprint in WGS 84 (lon, lat), or None.

    The corners go out by azimuth and distance on the ellipsoid, so no map projection turns them.
    """
    if photo.lon is None or photo.lat is None or photo.attitude is None or photo.height_m is None:
        return None
    corners = footprint(photo.attitude, camera, photo.height_m)
    return None if corners is None else _ring(photo.lon, photo.lat, corners)


def gsd_m(camera: Camera, height_m: float) -> float:
    """Return the ground sample distance straight below, metres a pixel."""
    return height_m / camera.fx_px


def _ring(lon: float, lat: float, corners: Sequence[Offset]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for east_m, north_m in corners:
        azimuth_deg = math.degrees(math.atan2(east_m, north_m))
        to_lon, to_lat, _ = _WGS84.fwd(lon, lat, azimuth_deg, math.hypot(east_m, north_m))
        points.append((to_lon, to_lat))
    return [*points, points[0]]


def _axes(attitude: Attitude) -> tuple[Vector, Vector, Vector]:
    """Return where the optical axis, the picture's right and the picture's down point."""
    yaw, pitch = math.radians(attitude.yaw_deg), math.radians(attitude.pitch_deg)
    ahead = Vector(
        math.sin(yaw) * math.cos(pitch), math.cos(yaw) * math.cos(pitch), math.sin(pitch)
    )
    right = Vector(math.cos(yaw), -math.sin(yaw), 0.0)
    down = _cross(ahead, right)
    roll = math.radians(_upright(attitude.roll_deg))
    return (
        ahead,
        _sum(_times(right, math.cos(roll)), _times(down, math.sin(roll))),
        _sum(_times(down, math.cos(roll)), _times(right, -math.sin(roll))),
    )


def _upright(roll_deg: float) -> float:
    """Return the roll, with the flipped gimbal's ±180 read as the 0 it means."""
    return 0.0 if abs(roll_deg) > FLIPPED_ROLL_DEG else roll_deg


def _cross(a: Vector, b: Vector) -> Vector:
    return Vector(
        a.north * b.up - a.up * b.north,
        a.up * b.east - a.east * b.up,
        a.east * b.north - a.north * b.east,
    )


def _times(a: Vector, factor: float) -> Vector:
    return Vector(a.east * factor, a.north * factor, a.up * factor)


def _sum(*vectors: Vector) -> Vector:
    return Vector(*(math.fsum(parts) for parts in zip(*vectors, strict=True)))
