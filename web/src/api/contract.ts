/** What the public API answers, as far as the pages use it. Bounds are [west, south, east, north].
 *
 * Layers come from the OpenAPI description (`npm run api`); what it leaves open is written here.
 */

import type { components } from "./openapi";

type Schemas = components["schemas"];

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

/** What the API's own description says about a layer, its links spelled out. */
export type Layer = Omit<Schemas["LayerSummary"], "links"> & { readonly links: LayerLinks };
export type Field = Schemas["FieldShape"];
export type LayerWithFields = Layer & Pick<Schemas["LayerDetail"], "fields" | "acts">;

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

/** Where the session at the sign-on of the city ends too. */
export type SignedOut = Schemas["SignedOut"];

export type Act = Schemas["Act"];
export type Role = Schemas["Role"];
export type Unit = Schemas["UnitShape"];
export type User = Schemas["UserShape"];
export type NamedRole = Schemas["NamedRole"];
export type Invited = Schemas["Invited"];
export type ApiKey = Schemas["KeyShape"];
export type NewApiKey = Schemas["NewKeyShape"];
export type ClosedLayer = Schemas["ClosedShape"];
export type DueLayer = Schemas["DueShape"];
export type GivenShare = Schemas["GivenShape"];
export type AccessRequest = Schemas["RequestShape"];
export type Palette = Schemas["PaletteShape"];
export type Method = Schemas["Method"];
export type Classes = Schemas["ClassesBody"];
export type Lost = Schemas["LostShape"];
export type Visibility = Schemas["Visibility"];
export type NewUser = Schemas["NewUser"];
export type KeyWish = Schemas["NewKey"];
export type RequestWish = Schemas["RequestBody"];
export type GrantWish = Schemas["GrantBody"];
export type ShareWish = Schemas["ShareBody"];
export type Edited = Schemas["EditedShape"];
export type UploadState = Schemas["UploadState"];
export type DiffCounts = Schemas["CountsShape"];
/** Why a layer is not open; `expires_at` is the last day. */
export type Closure = Omit<Schemas["ClosureBody"], "reason_en">;
export type PublishWish = Pick<Schemas["PublishBody"], "layer" | "mode"> &
  Partial<Pick<Schemas["PublishBody"], "title" | "visibility" | "message">> & { readonly closure?: Closure };

export interface Me {
  readonly kind: "anonymous" | "account" | "key" | "operator";
  readonly name: string | null;
  /** The unit one acts for. */
  readonly unit?: string | null;
  readonly is_staff?: boolean;
  readonly is_admin?: boolean;
  /** The role one has in no unit in particular. */
  readonly city_role?: Role | null;
  /** By unit, those below included. */
  readonly roles?: Readonly<Record<string, Role>>;
  /** What an unsafe request must repeat in `X-CSRF-Token`. */
  readonly csrf?: string | null;
}

export interface LayerEvent {
  readonly slug: string;
  readonly revision?: number;
  /** Among others `gone`: one may no longer read it. */
  readonly action?: string;
  /** Where an edit touched the map, degrees; null: anywhere. */
  readonly touched?: readonly Bounds[] | null;
  /** Which features it changed; null: any. */
  readonly features?: readonly number[] | null;
}
