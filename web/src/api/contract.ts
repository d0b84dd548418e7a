/** What the public API answers, as far as the pages use it. Bounds are [west, south, east, north]. */

export type Bounds = readonly [number, number, number, number];
export type LonLat = readonly [number, number];

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export interface LayerLinks {
  readonly self: string;
  readonly features?: string | null;
  readonly tilejson: string;
  readonly style: string;
  readonly legend: string;
  readonly files?: Readonly<Record<string, string>>;
}

export interface Layer {
  readonly slug: string;
  readonly title: string;
  readonly title_en: string | null;
  readonly description: string | null;
  readonly description_en?: string | null;
  readonly kind: "vector" | "raster";
  readonly theme: string | null;
  readonly theme_title: string | null;
  readonly theme_title_en: string | null;
  readonly theme_order: number | null;
  readonly unit: string | null;
  readonly unit_title: string | null;
  readonly unit_title_en: string | null;
  readonly visibility: "open" | "internal" | "restricted";
  readonly state: string;
  readonly revision: number;
  readonly bounds: Bounds | null;
  readonly crs: string;
  readonly source_crs?: string | null;
  readonly geometry_type: "point" | "line" | "polygon" | "mixed" | null;
  readonly minzoom: number;
  readonly maxzoom: number;
  readonly feature_count: number | null;
  readonly licence: string | null;
  readonly source: string | null;
  readonly attribution: string | null;
  readonly simulated: boolean;
  readonly draw_order: number;
  readonly visible_by_default: boolean;
  readonly operation: string | null;
  readonly accuracy_m: number | null;
  readonly published_at: string | null;
  readonly updated_at: string | null;
  readonly links: LayerLinks;
}

export interface Field {
  readonly name: string;
  readonly title: string | null;
  readonly title_en: string | null;
  readonly type: string;
}

export interface LayerWithFields extends Layer {
  readonly fields: readonly Field[];
}

export interface LegendSymbol {
  readonly type: "fill" | "line" | "circle" | "text" | "raster";
  readonly color?: string | null;
  readonly outline?: string | null;
  readonly width?: number | null;
  readonly radius?: number | null;
}

export interface LegendItem {
  readonly label: string;
  readonly label_en?: string | null;
  readonly symbol: LegendSymbol;
}

export interface Legend {
  readonly title: string;
  readonly title_en?: string | null;
  readonly items: readonly LegendItem[];
}

export interface SearchHit {
  readonly kind: "layer" | "feature";
  readonly title: string;
  readonly title_en?: string | null;
  readonly subtitle: string | null;
  readonly subtitle_en?: string | null;
  readonly layer: string;
  readonly id: number | string | null;
  readonly bounds: Bounds | null;
  readonly point: LonLat | null;
}

export interface Me {
  readonly kind: "anonymous" | "account";
  readonly name: string | null;
  /** What an unsafe request must repeat in `X-CSRF-Token`. */
  readonly csrf?: string | null;
}

export interface LayerEvent {
  readonly slug: string;
  readonly revision?: number;
}
