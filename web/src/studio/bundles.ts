/** Which of the files that were chosen together are parts of one dataset, and go as one upload. */

/** A file as it was chosen; `path` begins with its folders where a folder was chosen. */
export interface Chosen {
  readonly path: string;
  readonly file: File;
}

/** A file under the name it gets in the zip. */
export interface Part {
  readonly name: string;
  readonly file: File;
}

/** What goes as one upload, called `name`: one file as it is, or the parts of a zip. */
export interface Bundle {
  readonly name: string;
  readonly parts: readonly Part[];
  readonly isPacked: boolean;
  /** The geodatabase that is packed whole; null for parts that lie beside each other. */
  readonly folder: string | null;
}

/** Endings that belong together, the one that names the dataset first. */
const FAMILIES: readonly (readonly string[])[] = [
  [
    ".shp", ".shx", ".dbf", ".prj", ".cpg", ".qpj", ".sbn", ".sbx", ".qix", ".fbn", ".fbx", ".ain", ".aih",
    ".ixs", ".mxs", ".cst", ".idm", ".qmd", ".qml", ".sld", ".shp.xml", ".shp.lyr",
  ],
  [".tab", ".dat", ".map", ".id", ".ind"],
  [".mif", ".mid"],
  [".gml", ".xml", ".xsd", ".gfs"],
];

const RANKS = FAMILIES.flatMap((endings, family) =>
  endings.map((ending, rank) => ({ ending, family, rank })),
).sort((a, b) => b.ending.length - a.ending.length);

const GEODATABASE = /^(?:.*?\/)??([^/]*\.gdb)\/.+$/i;
const IN_GEODATABASE = /(^|\/)(gdb|timestamps|[^/]*\.(gdbtable|gdbtablx|gdbindexes|spx|atx|horizon|freelist|cdf))$/i;
// Hidden files, and locks: the program that has the data open lets nobody read them.
const JUNK = /(^|\/)(__macosx\/.*|\..*|thumbs\.db|desktop\.ini|[^/]*\.lock)$/i;

interface Place {
  readonly key: string;
  readonly name: string;
  readonly rank: number;
  readonly member: string;
  readonly folder: string | null;
}

/** The uploads that files chosen together become, in the order of their first files. */
export function bundlesOf(chosen: readonly Chosen[]): readonly Bundle[] {
  const loose = foldersOfTables(chosen);
  const groups = new Map<string, { readonly place: Place; readonly one: Chosen }[]>();
  for (const one of chosen) {
    if (JUNK.test(one.path)) continue;
    const place = placeOf(one.path, loose);
    groups.set(place.key, [...(groups.get(place.key) ?? []), { place, one }]);
  }
  return [...groups.values()].map((group) => bundleOf(group));
}

function bundleOf(group: readonly { readonly place: Place; readonly one: Chosen }[]): Bundle {
  const sorted = [...group].sort((a, b) => a.place.rank - b.place.rank);
  const parts = sorted.map(({ place, one }) => ({ name: place.member, file: one.file }));
  const first = sorted[0]?.place;
  const folder = first?.folder ?? null;
  const isPacked = folder !== null || parts.length > 1;
  const name = (isPacked ? `${first?.name}.zip` : (parts[0]?.name ?? "")).normalize("NFC");
  return { name, parts, isPacked, folder };
}

/** Where a file belongs: files with one `key` go together. */
function placeOf(path: string, loose: ReadonlySet<string>): Place {
  const cut = path.lastIndexOf("/") + 1;
  const [above, file] = [path.slice(0, cut), path.slice(cut)];
  const inside = GEODATABASE.exec(path)?.[1];
  if (inside !== undefined) {
    const at = path.indexOf(`${inside}/`);
    const key = `${path.slice(0, at)}${inside}/`;
    return { key, name: inside, rank: 0, member: path.slice(at), folder: inside };
  }
  if (loose.has(above) && IN_GEODATABASE.test(path)) {
    const folder = `${above.split("/").at(-2) ?? "geodatabase"}.gdb`;
    return { key: `${above}gdb/`, name: folder, rank: 0, member: `${folder}/${file}`, folder };
  }
  const lower = file.toLowerCase();
  const found = RANKS.find(({ ending }) => lower.endsWith(ending) && lower.length > ending.length);
  const name = found ? file.slice(0, -found.ending.length) : file;
  const stem = name.normalize("NFC").toLowerCase();
  const key = `${above}${stem}/${found?.family ?? "alone"}`;
  return { key, name, rank: found?.rank ?? 0, member: file, folder: null };
}

/** The folders whose files are those of a geodatabase, chosen without the folder itself. */
function foldersOfTables(chosen: readonly Chosen[]): ReadonlySet<string> {
  const tables = chosen.filter(({ path }) => path.toLowerCase().endsWith(".gdbtable"));
  return new Set(tables.map(({ path }) => path.slice(0, path.lastIndexOf("/") + 1)));
}

/** How many bytes go, but for what the zip itself adds. */
export function bytesOf(bundle: Bundle): number {
  return bundle.parts.reduce((sum, part) => sum + part.file.size, 0);
}

/** The parts in few words: the first by its name, the others by what differs. */
export function partsText(bundle: Bundle): string {
  const [first, ...others] = bundle.parts.map((part) => part.name.normalize("NFC"));
  if (first === undefined) return "";
  const stem = bundle.name.slice(0, -".zip".length);
  const short = others.map((name) => (name.startsWith(`${stem}.`) ? name.slice(stem.length) : name));
  return [first, ...short].join(", ");
}
