/** The files a person chose or dropped, with those inside of folders. */

import type { Chosen } from "./bundles";

/** More files than one archive may have on the server are a folder that was dropped by mistake. */
export const MOST_FILES = 2_000;

/** More files were given than anybody means to send at once. */
export class TooManyFiles extends Error {}

/** The files of an input; of one for folders with their folders. Throws TooManyFiles. */
export async function chosenIn(files: Iterable<File>): Promise<readonly Chosen[]> {
  const all = [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  if (all.length > MOST_FILES) throw new TooManyFiles();
  return all;
}

/** The files of a drop. Must be called before the drop's handler ends: the browser then forgets them. */
export async function droppedIn(items: Iterable<DataTransferItem>): Promise<readonly Chosen[]> {
  const entries: FileSystemEntry[] = [];
  const files: File[] = [];
  for (const item of items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry();
    const file = entry ? null : item.getAsFile();
    if (entry) entries.push(entry);
    if (file) files.push(file);
  }
  return [...(await filesUnder(entries)), ...(await chosenIn(files))];
}

/** All files of `entries` and of the folders among them; throws TooManyFiles. */
export async function filesUnder(entries: readonly FileSystemEntry[]): Promise<readonly Chosen[]> {
  const found: Chosen[] = [];
  const waiting = [...entries];
  for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
    if (isFile(entry)) {
      found.push({ path: entry.fullPath.replace(/^\//, ""), file: await fileOf(entry) });
    } else if (isFolder(entry)) {
      waiting.push(...(await childrenOf(entry)));
    }
    if (found.length + waiting.length > MOST_FILES) throw new TooManyFiles();
  }
  return found;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((done, failed) => entry.file(done, failed));
}

/** A browser gives the children of a folder by the hundred, then none. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0 || all.length > MOST_FILES) return all;
    all.push(...some);
  }
}
