import { describe, expect, test } from "vitest";
import { bundlesOf, bytesOf, partsText, type Bundle, type Chosen } from "../src/studio/bundles";

function chosen(...paths: string[]): readonly Chosen[] {
  return paths.map((path) => ({ path, file: new File([path], path.split("/").at(-1) ?? "") }));
}

function names(...paths: string[]): readonly (readonly [string, readonly string[]])[] {
  return bundlesOf(chosen(...paths)).map(({ name, parts }) => [name, parts.map((part) => part.name)]);
}

function only(...paths: string[]): Bundle {
  const [first, ...others] = bundlesOf(chosen(...paths));
  expect(others).toEqual([]);
  if (!first) throw new Error("nothing came out");
  return first;
}

describe("files chosen together", () => {
  test("are one zip where they are parts of a shapefile, the .shp first", () => {
    expect(names("thua.dbf", "thua.prj", "thua.shp", "thua.shp.xml", "thua.shx")).toEqual([
      ["thua.zip", ["thua.shp", "thua.shx", "thua.dbf", "thua.prj", "thua.shp.xml"]],
    ]);
  });

  test.each([
    [["b.tab", "b.dat", "b.map", "b.id", "b.ind"]],
    [["moc.mif", "moc.mid"]],
    [["ranh.gml", "ranh.xsd"]],
    [["ranh.xml", "ranh.xsd"]],
  ])("are one zip: %s", (files) => {
    expect(names(...files)).toEqual([[`${files[0]?.split(".")[0]}.zip`, files]]);
  });

  test("belong together whatever the case of their letters and the form of their marks", () => {
    const [nfd, nfc] = ["Đường.SHP".normalize("NFD"), "đường.dbf".normalize("NFC")];
    expect(names(nfc, nfd)).toEqual([["Đường.zip".normalize("NFC"), [nfd, nfc]]]);
  });

  test("are as many uploads as datasets, in the order they came", () => {
    expect(names("a.shp", "b.tab", "a.dbf", "ảnh.tif", "b.dat", "bảng.xlsx")).toEqual([
      ["a.zip", ["a.shp", "a.dbf"]],
      ["b.zip", ["b.tab", "b.dat"]],
      ["ảnh.tif", ["ảnh.tif"]],
      ["bảng.xlsx", ["bảng.xlsx"]],
    ]);
  });

  test("with one stem and of different kinds do not mix", () => {
    expect(names("a.shp", "a.tab", "a.dbf", "a.dat", "a.gpkg").map(([, parts]) => parts)).toEqual([
      ["a.shp", "a.dbf"],
      ["a.tab", "a.dat"],
      ["a.gpkg"],
    ]);
  });

  test("go as they are where they stand alone", () => {
    for (const file of ["khong_dbf.shp", "bang.dbf", "a.gpkg", "du_lieu.gdb", "dulieu.gdb.zip"]) {
      expect(only(file)).toMatchObject({ name: file, isPacked: false, folder: null });
    }
  });

  test("of two folders are two datasets", () => {
    expect(names("x/2024/a.shp", "x/2025/a.shp", "x/2025/a.dbf")).toEqual([
      ["a.shp", ["a.shp"]],
      ["a.zip", ["a.shp", "a.dbf"]],
    ]);
  });

  test("leave behind what programs put there for themselves", () => {
    expect(names(".DS_Store", "x/Thumbs.db", "x/._a.shp", "__MACOSX/a.shp", "x/.git/config", "a.shp.PC.1.2.sr.lock")).toEqual([]);
  });
});

describe("a file geodatabase", () => {
  const files = ["gdb", "timestamps", "a00000001.gdbtable", "a00000001.gdbtablx", "a00000001.freelist"];

  test("is one zip of its folder, without locks", () => {
    const paths = [...files, "_gdb.PC.1.2.sr.lock"].map((file) => `Dự án/Nền.GDB/${file}`);
    const bundle = only(...paths);
    expect(bundle).toMatchObject({ name: "Nền.GDB.zip", isPacked: true, folder: "Nền.GDB" });
    expect(bundle.parts.map((part) => part.name)).toEqual(files.map((file) => `Nền.GDB/${file}`));
  });

  test("is one zip where its files were chosen without the folder", () => {
    const bundle = only(...files);
    expect(bundle.name).toBe("geodatabase.gdb.zip");
    expect(bundle.parts.map((part) => part.name)).toEqual(files.map((file) => `geodatabase.gdb/${file}`));
  });

  test("goes beside other data of its folder", () => {
    expect(names("x/a.gdb/gdb", "x/a.shp", "x/b.gdb/gdb", "x/a.dbf", "x/a.gdb/timestamps")).toEqual([
      ["a.gdb.zip", ["a.gdb/gdb", "a.gdb/timestamps"]],
      ["a.zip", ["a.shp", "a.dbf"]],
      ["b.gdb.zip", ["b.gdb/gdb"]],
    ]);
  });
});

test("the parts are told in few words", () => {
  const bundle = only("thua.dbf", "thua.shp", "THUA.PRJ", "thua.shp.xml");
  expect(partsText(bundle)).toBe("thua.shp, .dbf, THUA.PRJ, .shp.xml");
  expect(bytesOf(bundle)).toBe("thua.dbfthua.shpTHUA.PRJthua.shp.xml".length);
});
