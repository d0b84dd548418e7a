/** A file sent in pieces (tus 1.0): a cut line costs one piece, and the sending goes on. */

import { ApiProblem, problemOf } from "../api/problem";

const VERSION = "1.0.0";
const DOOR = "/api/v1/uploads/tus";

export const PIECE_BYTES = 8 << 20;
/** Waits before the next try after a cut, in ms; every piece that arrives begins them anew. */
export const WAITS_MS: readonly number[] = [500, 2_000, 5_000, 10_000, 20_000, 30_000];

export interface Sending {
  readonly file: Blob & { readonly name: string };
  readonly fields: Readonly<Record<string, string>>;
  readonly csrf: string | null;
  readonly signal: AbortSignal;
  readonly onProgress: (sent: number, total: number) => void;
  /** Told when the line is cut and when it is back. */
  readonly onLine: (isUp: boolean) => void;
  /** How much goes at once. */
  readonly pieceBytes: number;
  readonly fetch: typeof fetch;
  readonly wait: (ms: number) => Promise<void>;
}

/** Send the whole file; return the id of the upload it became. */
export async function sendFile(sending: Sending): Promise<string> {
  const where = await begin(sending);
  let offset = 0;
  let upload: string | null = null;
  let tries = 0;
  while (upload === null) {
    try {
      const answer = await sendPiece(sending, where, offset);
      offset = offsetOf(answer);
      upload = answer.headers.get("gishue-upload");
      if (tries > 0) sending.onLine(true);
      tries = 0;
      sending.onProgress(offset, sending.file.size);
    } catch (error) {
      if (!isCut(error) || sending.signal.aborted || tries >= WAITS_MS.length) throw error;
      sending.onLine(false);
      await sending.wait(WAITS_MS[tries] ?? 0);
      tries += 1;
      const there = await ask(sending, where);
      offset = there.offset ?? offset;
      upload = there.upload;
    }
  }
  return upload;
}

async function begin(sending: Sending): Promise<string> {
  const fields = { filename: sending.file.name, ...sending.fields };
  const metadata = Object.entries(fields)
    .map(([name, value]) => `${name} ${base64(value)}`)
    .join(",");
  const answer = await request(sending, DOOR, {
    method: "POST",
    headers: {
      ...headersOf(sending),
      "upload-length": String(sending.file.size),
      "upload-metadata": metadata,
    },
  });
  const where = answer.headers.get("location");
  if (!where) throw new ApiProblem(answer.status);
  return where;
}

function sendPiece(sending: Sending, where: string, offset: number): Promise<Response> {
  return request(sending, where, {
    method: "PATCH",
    headers: {
      ...headersOf(sending),
      "content-type": "application/offset+octet-stream",
      "upload-offset": String(offset),
    },
    body: sending.file.slice(offset, offset + sending.pieceBytes),
  });
}

/** Ask how much is there; while the line stays cut, nothing is known. */
async function ask(
  sending: Sending,
  where: string,
): Promise<{ offset: number | null; upload: string | null }> {
  try {
    const answer = await request(sending, where, { method: "HEAD", headers: headersOf(sending) });
    return { offset: offsetOf(answer), upload: answer.headers.get("gishue-upload") };
  } catch (error) {
    if (isCut(error)) return { offset: null, upload: null };
    throw error;
  }
}

async function request(sending: Sending, path: string, init: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await sending.fetch(path, {
      credentials: "same-origin",
      ...init,
      signal: sending.signal,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem(0);
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

function headersOf(sending: Sending): Record<string, string> {
  const csrf: Record<string, string> = sending.csrf ? { "x-csrf-token": sending.csrf } : {};
  return { "tus-resumable": VERSION, ...csrf };
}

/** Whether trying again may help: no answer, a busy server, or a piece that came in twice. */
function isCut(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || [409, 423, 502, 503, 504].includes(error.status));
}

function offsetOf(answer: Response): number {
  return Number(answer.headers.get("upload-offset") ?? Number.NaN);
}

/** UTF-8 in base64. */
export function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
