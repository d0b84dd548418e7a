import { describe, expect, test } from "vitest";
import { ApiProblem } from "../src/api/problem";
import { asAnswer, isComplete, optionsOf, suggestedMapping } from "../src/studio/answers";
import { base64, sendFile, type Sending } from "../src/studio/tus";
import { gravestFirst, sizeText, slugOf, timeText, type Finding } from "../src/studio/upload";

const PIECE_BYTES = 100;

/** A server of the protocol that cuts the line at the pieces it is told to. */
class Server {
  held = new Uint8Array();
  readonly asked: string[] = [];
  private pieces = 0;

  constructor(
    private readonly length: number,
    private readonly cuts: ReadonlySet<number> = new Set(),
    private readonly refusal: number | null = null,
  ) {}

  readonly fetch = async (path: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    this.asked.push(`${init.method} ${String(path)}`);
    const headers = new Headers(init.headers);
    expect(headers.get("tus-resumable")).toBe("1.0.0");
    if (this.refusal !== null) {
      return new Response(JSON.stringify({ detail_vi: "không" }), { status: this.refusal });
    }
    if (init.method === "POST") {
      expect(headers.get("x-csrf-token")).toBe("c");
      return new Response(null, { status: 201, headers: { location: "/x" } });
    }
    if (init.method === "PATCH") await this.take(Number(headers.get("upload-offset")), init.body as Blob);
    return new Response(null, { status: 200, headers: this.said() });
  };

  private async take(at: number, piece: Blob): Promise<void> {
    this.pieces += 1;
    const bytes = new Uint8Array(await piece.arrayBuffer());
    const cut = this.cuts.has(this.pieces);
    const arrived = cut ? bytes.slice(0, Math.floor(bytes.length / 2)) : bytes;
    expect(at).toBe(this.held.length);
    this.held = Uint8Array.from([...this.held, ...arrived]);
    if (cut) throw new TypeError("network");
  }

  private said(): Record<string, string> {
    const done = this.held.length === this.length ? { "gishue-upload": "u1" } : {};
    return { "upload-offset": String(this.held.length), ...done };
  }
}

function sending(server: Server, bytes: Uint8Array<ArrayBuffer>): Sending & { lines: boolean[]; sent: number[] } {
  const lines: boolean[] = [];
  const sent: number[] = [];
  return {
    file: Object.assign(new Blob([bytes]), { name: "thửa đất.gpkg" }),
    fields: {},
    csrf: "c",
    signal: new AbortController().signal,
    onProgress: (done) => sent.push(done),
    onLine: (isUp) => lines.push(isUp),
    pieceBytes: PIECE_BYTES,
    fetch: server.fetch,
    wait: () => Promise.resolve(),
    lines,
    sent,
  };
}

describe("a file in pieces", () => {
  const bytes = Uint8Array.from({ length: 2 * PIECE_BYTES + 77 }, (_, at) => at % 251);

  test("arrives whole", async () => {
    const server = new Server(bytes.length);
    const work = sending(server, bytes);
    expect(await sendFile(work)).toBe("u1");
    expect(work.sent).toEqual([PIECE_BYTES, 2 * PIECE_BYTES, bytes.length]);
  });

  test("goes on where the line was cut", async () => {
    const server = new Server(bytes.length, new Set([2, 3]));
    const work = sending(server, bytes);
    expect(await sendFile(work)).toBe("u1");
    expect(server.held.length).toBe(bytes.length);
    expect(server.held.every((byte, at) => byte === at % 251)).toBe(true);
    expect(work.lines).toEqual([false, false, true]);
  });

  test("is not tried again when the server says no", async () => {
    const server = new Server(3, new Set(), 422);
    await expect(sendFile(sending(server, new Uint8Array(3)))).rejects.toBeInstanceOf(ApiProblem);
    expect(server.asked).toEqual(["POST /api/v1/uploads/tus"]);
  });

  test("carries names in UTF-8", () => {
    expect(base64("đất")).toBe("xJHhuqV0");
  });
});

test.each([
  ["Ranh giới phường 2025.zip", "ranh_gioi_phuong_2025"],
  ["C:\\Bản đồ\\Đường.shp", "duong"],
  ["2025.tar.gz", "lop_2025"],
])("%s becomes the layer %s", (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test("sizes and times are said in words", () => {
  expect(sizeText(999, "en")).toBe("999 byte");
  expect(sizeText(1_250_000, "vi")).toBe("1,3 MB");
  expect(timeText(42, "vi")).toBe("42 giây");
  expect(timeText(150, "en")).toBe("3 min");
});

test("the gravest findings come first", () => {
  const made = (code: string, severity: Finding["severity"]): Finding => ({
    code,
    severity,
    message: "",
    vi: "",
    where: "",
  });
  const sorted = gravestFirst([made("a", "info"), made("b", "warning"), made("c", "error"), made("d", "warning")]);
  expect(sorted.map((one) => one.code)).toEqual(["c", "b", "d", "a"]);
});

describe("answers", () => {
  const crs = {
    code: "crs",
    message: "",
    vi: "",
    candidates: [{ crs: "EPSG:3405" }, { crs: "EPSG:32648" }, { crs: "EPSG:3405" }],
  };
  const mapping = {
    code: "mapping",
    message: "",
    vi: "",
    candidates: [
      { field: "ma", column: "MA_TRAM" },
      { field: "ten", column: "" },
    ],
  };

  test("a person chooses among the candidates, each once", () => {
    expect(optionsOf(crs)).toEqual(["EPSG:3405", "EPSG:32648"]);
    expect(suggestedMapping(mapping)).toEqual({ MA_TRAM: "ma" });
  });

  test("several layers of a file go under a name of their own", () => {
    expect(asAnswer({ source_layer: ["a", "b"], crs: "EPSG:9214" })).toEqual({
      source_layers: ["a", "b"],
      crs: "EPSG:9214",
    });
    expect(isComplete([{ ...crs, code: "source_layer" }], { source_layer: [] })).toBe(false);
  });

  test("every question wants one", () => {
    expect(isComplete([crs, mapping], { mapping: {} })).toBe(false);
    expect(isComplete([crs, mapping], { mapping: {}, crs: "EPSG:3405" })).toBe(true);
  });
});
