/** The parts of a dataset as one zip that holds no copy of them. */

import { makeZip, predictLength } from "client-zip";
import { bytesOf, type Bundle } from "./bundles";

/**
 * Pack the parts, stored as they are; names are flagged as UTF-8, sizes beyond 4 GB are Zip64.
 *
 * The parts are read once, for their checksums. The zip then refers to the files on disk between
 * the few bytes of its headers: a dataset of gigabytes costs no memory.
 *
 * Throws the `NotReadableError` of the browser where a file cannot be read or changes meanwhile.
 */
export async function pack(
  bundle: Bundle,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<File> {
  const total = bytesOf(bundle);
  const owners = new WeakMap<Uint8Array, File>();
  const members = bundle.parts.map(({ name, file }) => ({
    name,
    lastModified: new Date(file.lastModified),
    size: file.size,
    input: chunksOf(file, owners),
  }));
  const pieces: BlobPart[] = [];
  let done = 0;
  for await (const chunk of each(makeZip(members))) {
    signal.throwIfAborted();
    const owner = owners.get(chunk);
    if (owner === undefined) {
      pieces.push(new Uint8Array(chunk));
      continue;
    }
    if (pieces.at(-1) !== owner) pieces.push(owner);
    done += chunk.length;
    onProgress(done, total);
  }
  const packed = new File(pieces, bundle.name, { type: "application/zip" });
  if (BigInt(packed.size) !== predictLength(members)) {
    throw unreadable("a part changed while it was packed");
  }
  return packed;
}

/** Throw NotReadableError unless the file can be read now. */
export async function checkReadable(file: Blob): Promise<void> {
  await file
    .slice(0, 1)
    .arrayBuffer()
    .catch((error: unknown) => {
      throw unreadable(error);
    });
}

function unreadable(reason: unknown): DOMException {
  return new DOMException(String(reason), "NotReadableError");
}

async function* chunksOf(file: File, owners: WeakMap<Uint8Array, File>): AsyncGenerator<Uint8Array> {
  const reading = each(file.stream());
  for (;;) {
    const { done, value } = await reading.next().catch((error: unknown) => {
      throw unreadable(error);
    });
    if (done) return;
    owners.set(value, file);
    yield value;
  }
}

/** The chunks of a stream; Safari cannot iterate one by itself. */
async function* each(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
