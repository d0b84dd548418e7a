/** The doors of uploads: list, watch, answer, stop, publish. */

import type { DiffCounts, Page, PublishWish } from "../api/contract";
import { ApiProblem, problemOf } from "../api/problem";
import type { Upload } from "./upload";

const UPLOADS = "/api/v1/uploads";

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { credentials: "same-origin", ...init });
  } catch {
    throw new ApiProblem(0);
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

function withBody(method: string, csrf: string | null, body?: unknown): RequestInit {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (csrf) headers["x-csrf-token"] = csrf;
  return { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
}

export function pathOf(id: string): string {
  return `${UPLOADS}/${encodeURIComponent(id)}`;
}

export async function listUploads(cursor: string | null): Promise<Page<Upload>> {
  const query = new URLSearchParams({ limit: "30", ...(cursor ? { cursor } : {}) });
  return (await (await ask(`${UPLOADS}?${query}`)).json()) as Page<Upload>;
}

export async function getUpload(id: string): Promise<Upload> {
  return (await (await ask(pathOf(id))).json()) as Upload;
}

export async function answer(
  id: string,
  said: Readonly<Record<string, unknown>>,
  csrf: string | null,
): Promise<Upload> {
  return (await (await ask(`${pathOf(id)}/answers`, withBody("POST", csrf, said))).json()) as Upload;
}

export async function stop(id: string, csrf: string | null): Promise<Upload> {
  return (await (await ask(pathOf(id), withBody("DELETE", csrf))).json()) as Upload;
}

export async function publish(
  id: string,
  wish: PublishWish,
  csrf: string | null,
): Promise<{ layer: string; revision: number }> {
  const reply = await ask(`${pathOf(id)}/publish`, withBody("POST", csrf, wish));
  return (await reply.json()) as { layer: string; revision: number };
}

export async function diffOf(id: string, layer: string, mode: string): Promise<DiffCounts> {
  const query = new URLSearchParams({ layer, mode, limit: "1" });
  const body = (await (await ask(`${pathOf(id)}/diff?${query}`)).json()) as { counts: DiffCounts };
  return body.counts;
}

/** Tell `onNews` whenever the upload has moved, until `signal` says enough. */
export function watch(id: string, onNews: (said: Partial<Upload>) => void, signal: AbortSignal): void {
  const source = new EventSource(`${pathOf(id)}/events`);
  source.addEventListener("progress", (event: MessageEvent<string>) => {
    onNews(JSON.parse(event.data) as Partial<Upload>);
  });
  signal.addEventListener("abort", () => source.close());
}
