/** VN-2000 / TM-3 107°00′ (EPSG:9214), the city's own system: easting, northing in metres. */

import proj4 from "proj4";
import type { LonLat } from "../api/contract";

// Decision 05/2007/QĐ-BTNMT. The decision gives coordinate-frame rotations; proj4 wants
// position-vector ones, so the three signs are turned. Without the shift everything is 225 m off.
const EPSG_9214 =
  "+proj=tmerc +lat_0=0 +lon_0=107 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 " +
  "+towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278 " +
  "+units=m +no_defs";

const CONVERTER = proj4("EPSG:4326", EPSG_9214);

export const CENTRAL_MERIDIAN = "107°00′";

/** Return (easting, northing) in metres of a WGS 84 (longitude, latitude). */
export function toVn2000([lon, lat]: LonLat): LonLat {
  const [easting, northing] = CONVERTER.forward([lon, lat]);
  return [easting as number, northing as number];
}

/** Return the WGS 84 (longitude, latitude) of an (easting, northing) in metres. */
export function fromVn2000([easting, northing]: LonLat): LonLat {
  const [lon, lat] = CONVERTER.inverse([easting, northing]);
  return [lon as number, lat as number];
}
