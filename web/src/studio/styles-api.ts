/** Styles by the API: what a layer has, classes of a field, style files. */

import type { LayerSpecification } from "maplibre-gl";
import type { Classes, LegendItem, Lost, Palette } from "../api/contract";
import { API, ask, change, getJson } from "../api/send";

/** MapLibre layers without ids and sources, and their legend. */
export interface Drawn {
  readonly layers: readonly LayerSpecification[];
  readonly legend: readonly LegendItem[];
}

export interface ReadFile extends Drawn {
  readonly findings: readonly Lost[];
}

function pathOf(slug: string): string {
  return `${API}/layers/${encodeURIComponent(slug)}/style`;
}

/** Where the style file of a layer is, for desktop programs. */
export function styleFile(slug: string, kind: "sld" | "qml"): string {
  return `${pathOf(slug)}.${kind}`;
}

export function listPalettes(): Promise<readonly Palette[]> {
  return getJson(`${API}/palettes`);
}

export function getDrawn(slug: string): Promise<Drawn> {
  return getJson(pathOf(slug));
}

export function makeClasses(slug: string, wish: Classes, csrf: string | null): Promise<Drawn> {
  return change("POST", `${pathOf(slug)}/classify`, csrf, wish);
}

export function keepDrawn(slug: string, { layers, legend }: Drawn, csrf: string | null): Promise<Drawn> {
  return change("PUT", pathOf(slug), csrf, { layers, legend });
}

export function dropDrawn(slug: string, csrf: string | null): Promise<Drawn> {
  return change("DELETE", pathOf(slug), csrf);
}

/** Read a style file and show what it gives; nothing is kept. */
export async function readFile(slug: string, file: File, csrf: string | null): Promise<ReadFile> {
  const headers = { "content-type": "application/xml", ...(csrf ? { "x-csrf-token": csrf } : {}) };
  const response = await ask(`${pathOf(slug)}.sld?keep=false`, { method: "PUT", headers, body: file });
  return (await response.json()) as ReadFile;
}
