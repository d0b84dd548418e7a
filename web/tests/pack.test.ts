import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { bundlesOf, type Bundle } from "../src/studio/bundles";
import { filesUnder, TooManyFiles } from "../src/studio/chosen";
import { Outbox, type Way } from "../src/studio/outbox";
import { pack } from "../src/studio/pack";

function bundle(...files: readonly (readonly [string, BlobPart])[]): Bundle {
  const all = files.map(([name, content]) => ({ path: name, file: new File([content], name) }));
  const [made] = bundlesOf(all);
  if (!made) throw new Error("nothing came out");
  return made;
}

interface Member {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly content: Buffer;
}

/** The members by the directory at the zip's end, their checksums compared (APPNOTE.TXT 4.3). */
async function readBack(zip: File): Promise<readonly Member[]> {
  const bytes = Buffer.from(await zip.arrayBuffer());
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  const members: Member[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const length = bytes.readUInt16LE(at + 28);
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(from, from + bytes.readUInt32LE(at + 20));
    expect(crc32(content)).toBe(bytes.readUInt32LE(at + 16));
    const name = bytes.toString("utf-8", at + 46, at + 46 + length);
    members.push({ name, flags: bytes.readUInt16LE(at + 8), method: bytes.readUInt16LE(at + 10), content });
    at += 46 + length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  expect(at).toBe(end);
  return members;
}

const UTF_8 = 0x800;

describe("a zip made in the browser", () => {
  test("has its names in Unicode and its content as it was", async () => {
    const big = new Uint8Array(3_000_000).map((_, at) => (at * 7) % 256);
    const made = await pack(
      bundle(["Thửa đất.shp", big], ["Thửa đất.dbf", "abc"], ["Thửa đất.cpg", ""]),
      new AbortController().signal,
      () => undefined,
    );
    expect(made.name).toBe("Thửa đất.zip");
    const members = await readBack(made);
    expect(members.map(({ name, content }) => [name, content.length])).toEqual([
      ["Thửa đất.shp", 3_000_000],
      ["Thửa đất.dbf", 3],
      ["Thửa đất.cpg", 0],
    ]);
    expect(members.every((one) => one.method === 0 && (one.flags & UTF_8) !== 0)).toBe(true);
    expect(members[0]?.content.equals(big)).toBe(true);
  });

  test("tells how far it is", async () => {
    const told: number[] = [];
    await pack(bundle(["a.mif", "12345"], ["a.mid", "678"]), new AbortController().signal, (done, total) => {
      expect(total).toBe(8);
      told.push(done);
    });
    expect(told.at(-1)).toBe(8);
  });

  test("ends when it is stopped", async () => {
    const work = pack(bundle(["a.mif", "1"], ["a.mid", "2"]), AbortSignal.abort(), () => undefined);
    await expect(work).rejects.toMatchObject({ name: "AbortError" });
  });

  test("of a file that cannot be read is not made", async () => {
    const lost = Object.assign(new File(["1"], "a.mid"), {
      stream: () => new ReadableStream({ start: (way) => way.error(new TypeError("gone")) }),
    });
    const [made] = bundlesOf([
      { path: "a.mif", file: new File(["1"], "a.mif") },
      { path: "a.mid", file: lost },
    ]);
    const work = pack(made as Bundle, new AbortController().signal, () => undefined);
    await expect(work).rejects.toMatchObject({ name: "NotReadableError" });
  });
});

type Tree = { readonly [name: string]: Tree | string };

/** A dropped folder as a browser gives it: a few children at a time. */
function entriesOf(tree: Tree, above = ""): FileSystemEntry[] {
  return Object.entries(tree).map(([name, inside]) => {
    const fullPath = `${above}/${name}`;
    if (typeof inside === "string") {
      const file = (done: (file: File) => void): void => done(new File([inside], name));
      return { isFile: true, isDirectory: false, name, fullPath, file } as unknown as FileSystemEntry;
    }
    const children = entriesOf(inside, fullPath);
    const readEntries = (done: (some: FileSystemEntry[]) => void): void => done(children.splice(0, 2));
    const createReader = (): unknown => ({ readEntries });
    return { isFile: false, isDirectory: true, name, fullPath, createReader } as unknown as FileSystemEntry;
  });
}

describe("a dropped folder", () => {
  test("gives all its files with their folders", async () => {
    const tree = { "a.gdb": { gdb: "", "a1.gdbtable": "x", timestamps: "" }, x: { y: { "b.shp": "1" } }, "c.gpkg": "" };
    const found = await filesUnder(entriesOf(tree));
    expect(found.map((one) => one.path).sort()).toEqual([
      "a.gdb/a1.gdbtable",
      "a.gdb/gdb",
      "a.gdb/timestamps",
      "c.gpkg",
      "x/y/b.shp",
    ]);
  });

  test("of thousands of files is a mistake", async () => {
    const tree = { x: Object.fromEntries(Array.from({ length: 2_001 }, (_, at) => [`${at}.txt`, ""])) };
    await expect(filesUnder(entriesOf(tree))).rejects.toBeInstanceOf(TooManyFiles);
  });
});

describe("what is on its way", () => {
  interface Delivery {
    readonly name: string;
    readonly signal: AbortSignal;
    readonly done: (id: string) => void;
    readonly failed: (error: unknown) => void;
  }

  function outbox(): { box: Outbox; deliveries: Delivery[]; arrived: string[]; ways: () => readonly Way[] } {
    const deliveries: Delivery[] = [];
    const arrived: string[] = [];
    let ways: readonly Way[] = [];
    const box = new Outbox({
      deliver: ({ name }, signal) =>
        new Promise((done, failed) => deliveries.push({ name, signal, done, failed })),
      arrived: (id) => arrived.push(id),
      changed: (now) => (ways = now),
      sentence: String,
    });
    return { box, deliveries, arrived, ways: () => ways };
  }

  const four = ["a.gpkg", "b.gpkg", "c.gpkg", "d.gpkg"].map((name) => bundle([name, "1"]));
  const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

  test("goes two at a time, the others wait", async () => {
    const { box, deliveries, arrived, ways } = outbox();
    box.add(four);
    expect(deliveries.map((one) => one.name)).toEqual(["a.gpkg", "b.gpkg"]);
    expect(ways().map((way) => way.stage)).toEqual(["sends", "sends", "waits", "waits"]);
    deliveries[1]?.done("u1");
    await settled();
    expect(arrived).toEqual(["u1"]);
    expect(deliveries.map((one) => one.name)).toEqual(["a.gpkg", "b.gpkg", "c.gpkg"]);
    expect(ways().map((way) => way.bundle.name)).toEqual(["a.gpkg", "c.gpkg", "d.gpkg"]);
  });

  test("stays with what went wrong until it is put away, and holds up nobody", async () => {
    const { box, deliveries, ways } = outbox();
    box.add(four.slice(0, 3));
    deliveries[0]?.failed("too large");
    deliveries[1]?.done("u1");
    await settled();
    deliveries[2]?.done("u2");
    await settled();
    expect(ways()).toMatchObject([{ stage: "failed", problem: "too large" }]);
    expect(box.isBusy).toBe(false);
    box.drop(ways()[0]?.key ?? -1);
    expect(ways()).toEqual([]);
  });

  test("is stopped at once", async () => {
    const { box, deliveries, ways } = outbox();
    box.add(four.slice(0, 3));
    box.drop(ways()[0]?.key ?? -1);
    expect(deliveries[0]?.signal.aborted).toBe(true);
    deliveries[0]?.failed("stopped");
    await settled();
    expect(ways().map((way) => way.bundle.name)).toEqual(["b.gpkg", "c.gpkg"]);
    expect(deliveries).toHaveLength(3);
  });
});
