"""Curves of drawings as chords: arcs, bulges, ellipses, splines.

A chord spans at most 4° of its curve, as GDAL's readers do it: the line leaves an arc by at most
0.06 % of its radius. A spline has eight chords between two knots.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

type Pairs = list[tuple[float, float]]

STEP: Final = math.radians(4)
MAX_SPLINE_POINTS: Final = 20_000
MAX_DEGREE: Final = 25
_SPAN_CHORDS: Final = 8


def arc(center: tuple[float, float], radius: float, start: float, sweep: float) -> Pairs:
    """Return the chords of an arc from ``start`` over ``sweep`` (radians, counter-clockwise)."""
    return ellipse(center, (radius, 0.0), 1.0, (start, sweep))


def ellipse(
    center: tuple[float, float],
    major: tuple[float, float],
    ratio: float,
    span: tuple[float, float] = (0.0, math.tau),
) -> Pairs:
    """Return the chords of an ellipse.

    Args:
        center: its centre.
        major: from the centre to the end of the major axis.
        ratio: minor axis to major axis.
        span: parameter at the start, and how far it runs (radians, negative clockwise).
    """
    start, sweep = span[0], max(-math.tau, min(math.tau, span[1]))
    if not math.isfinite(start + sweep):
        return []
    steps = max(2, math.ceil(abs(sweep) / STEP - 1e-9))
    at = start + np.linspace(0.0, sweep, steps + 1)
    along, across = np.cos(at), ratio * np.sin(at)
    xs = center[0] + major[0] * along - major[1] * across
    ys = center[1] + major[1] * along + major[0] * across
    if abs(abs(sweep) - math.tau) < 1e-9:
        xs[-1], ys[-1] = xs[0], ys[0]
    return list(zip(xs.tolist(), ys.tolist(), strict=True))


def bulged(
    points: Sequence[tuple[float, float]], bulges: Sequence[float], *, closed: bool
) -> Pairs:
    """Return a polyline whose segments may be arcs; a closed one ends where it began.

    A bulge is the tangent of a quarter of the segment's angle, positive counter-clockwise.

    Source: Autodesk DXF reference, LWPOLYLINE, group code 42.
    """
    if not points:
        return []
    result: Pairs = [points[0]]
    ends = [*points[1:], points[0]] if closed else points[1:]
    for begin, end, bulge in zip(points, ends, [*bulges, *[0.0] * len(points)], strict=False):
        if abs(bulge) > 1e-9 and begin != end:
            result += _segment(begin, end, bulge)
        result.append(end)
    return result


def _segment(begin: tuple[float, float], end: tuple[float, float], bulge: float) -> Pairs:
    """Return the points of a bulged segment between its ends."""
    angle = 4 * math.atan(bulge)
    middle = ((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2)
    off = (1 - bulge * bulge) / (4 * bulge)
    center = (
        middle[0] - off * (end[1] - begin[1]),
        middle[1] + off * (end[0] - begin[0]),
    )
    radius = math.dist(center, begin)
    start = math.atan2(begin[1] - center[1], begin[0] - center[0])
    return arc(center, radius, start, angle)[1:-1]


def spline(control: Sequence[tuple[float, float]], knots: Sequence[float], degree: int) -> Pairs:
    """Return the chords of a B-spline; the polygon of its control points where it is none.

    Source: de Boor's algorithm, C. de Boor, A Practical Guide to Splines, 1978, chapter X.
    """
    count = len(control)
    if not 1 <= degree <= MAX_DEGREE or count <= degree or len(knots) != count + degree + 1:
        return list(control)
    spans = sorted(set(knots[degree : count + 1]))
    if len(spans) < 2 or (len(spans) - 1) * _SPAN_CHORDS > MAX_SPLINE_POINTS:
        return list(control)
    at = [
        a + (b - a) * step / _SPAN_CHORDS
        for a, b in pairwise(spans)
        for step in range(_SPAN_CHORDS)
    ]
    return [_de_boor(control, knots, degree, one) for one in [*at, spans[-1]]]


def _de_boor(
    control: Sequence[tuple[float, float]], knots: Sequence[float], degree: int, at: float
) -> tuple[float, float]:
    last = len(control) - 1
    span = degree
    while span < last and knots[span + 1] <= at:
        span += 1
    points = [np.array(control[span - degree + j], float) for j in range(degree + 1)]
    for level in range(1, degree + 1):
        for j in range(degree, level - 1, -1):
            low, high = knots[span - degree + j], knots[span + 1 + j - level]
            share = (at - low) / (high - low) if high > low else 0.0
            points[j] = (1 - share) * points[j - 1] + share * points[j]
    return (float(points[degree][0]), float(points[degree][1]))
