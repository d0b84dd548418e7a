/** A refusal of the server (RFC 9457), or its silence. */

import type { Language } from "../i18n/text";

interface ProblemDocument {
  readonly type?: unknown;
  readonly title?: unknown;
  readonly detail?: unknown;
  readonly detail_vi?: unknown;
  readonly title_vi?: unknown;
  readonly errors?: unknown;
  /** Changes of others that stand in the way. */
  readonly conflicts?: unknown;
  /** Names of what a form lacks. */
  readonly missing?: unknown;
}

/** What is wrong in one place of a request, as `errors` of a problem says it. */
interface Fault {
  readonly where?: unknown;
  readonly message?: unknown;
  readonly message_vi?: unknown;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

/** What the server refused. `status` is 0 when no answer came at all. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly document: ProblemDocument = {},
  ) {
    super(textOf(document.detail) ?? textOf(document.title) ?? `HTTP ${status}`);
  }

  /** The last part of the problem's type: `weak-password`. */
  get slug(): string {
    return textOf(this.document.type)?.split("/").at(-1) ?? "";
  }

  /** What the server said of single fields of the body, by their name. */
  fields(language: Language): ReadonlyMap<string, string> {
    const { errors } = this.document;
    const found = new Map<string, string>();
    for (const { where, message, message_vi } of Array.isArray(errors) ? (errors as Fault[]) : []) {
      const [place, ...path] = (textOf(where) ?? "").split(".");
      const name = path.filter((part) => !/^\d+$/.test(part)).at(-1);
      const english = textOf(message);
      const said = language === "vi" ? (textOf(message_vi) ?? english) : english;
      if (place === "body" && name && said) found.set(name, said);
    }
    return found;
  }

  /** The fields of the body that were not said. */
  get missing(): readonly string[] {
    const { missing } = this.document;
    return Array.isArray(missing) ? missing.filter((name) => typeof name === "string") : [];
  }

  /** The server's own sentence in the person's language, or null when it gave none. */
  sentence(language: Language): string | null {
    const { detail, detail_vi, title, title_vi } = this.document;
    const english = textOf(detail) ?? textOf(title);
    if (language === "en") return english;
    return textOf(detail_vi) ?? textOf(title_vi) ?? english;
  }
}

/** Read the problem document of a refused answer; an answer that is none gives an empty one. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  try {
    const body: unknown = await response.json();
    if (typeof body === "object" && body !== null) return new ApiProblem(response.status, body);
  } catch {
    // A proxy's HTML page: the status is all we know.
  }
  return new ApiProblem(response.status);
}
