/** Reading and writing positions: WGS 84 degrees and VN-2000 metres. */

import type { LonLat } from "../api/contract";
import { fromVn2000, toVn2000 } from "./vn2000";

/** West, south, east, north of the seas and land a typed position may lie in, degrees. */
const REGION = [100, 5, 119, 25] as const;
const EASTING = [300_000, 900_000] as const;
const NORTHING = [600_000, 2_700_000] as const;

function within(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}

function isInRegion([lon, lat]: LonLat): boolean {
  return within(lon, [REGION[0], REGION[2]]) && within(lat, [REGION[1], REGION[3]]);
}

/** Read `16.4677, 107.5776`, `107.5776 16.4677` or `561476.48 1821417.45`; null if it is none.
 *
 * The numbers themselves say which is which: no longitude here is a possible latitude, and no
 * easting a possible northing, so either order is accepted (Vietnamese paper says north first).
 */
export function parsePosition(text: string): LonLat | null {
  const match = /^\s*[ENXY]?[:=\s]*(-?\d+(?:\.\d+)?)[°mEN]?\s*[,;\s]\s*[ENXY]?[:=\s]*(-?\d+(?:\.\d+)?)[°mEN]?\s*$/i.exec(text);
  if (!match) return null;
  const first = Number(match[1]);
  const second = Number(match[2]);
  for (const pair of [[first, second], [second, first]] as const) {
    if (isInRegion(pair)) return pair;
    if (!within(pair[0], EASTING) || !within(pair[1], NORTHING)) continue;
    const place = fromVn2000(pair);
    if (isInRegion(place)) return place;
  }
  return null;
}

/** Write latitude before longitude in degrees, as people read WGS 84 aloud: 16.467700, 107.577600. */
export function wgs84Text([lon, lat]: LonLat): string {
  return `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
}

/** Write easting and northing in metres to the centimetre: E 561476.48 N 1821417.45. */
export function vn2000Text(place: LonLat): string {
  const [easting, northing] = toVn2000(place);
  return `E ${easting.toFixed(2)}  N ${northing.toFixed(2)}`;
}
