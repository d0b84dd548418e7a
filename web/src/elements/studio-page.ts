/** The studio's way in: send files, watch them, answer what they ask, look, publish. */

import { LitElement, css, html, nothing, unsafeCSS, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Me } from "../api/contract";
import { ApiProblem } from "../api/problem";
import { pageLanguage, text } from "../i18n/text";
import { goSignIn, whoAmI } from "../office/account-api";
import { bundlesOf, type Bundle } from "../studio/bundles";
import { MOST_FILES, TooManyFiles } from "../studio/chosen";
import { Outbox, type News, type Way } from "../studio/outbox";
import { checkReadable, pack } from "../studio/pack";
import { PIECE_BYTES, sendFile } from "../studio/tus";
import { freshened, isAtWork, momentText, refusalText, sizeText, toneOf, type Upload } from "../studio/upload";
import { listUploads } from "../studio/uploads-api";
import "./file-drop";
import type { FilesChosen } from "./file-drop";
import { packedText } from "./sending-row";
import { shared, textButton } from "./shared-styles";
import { uploadRow } from "./upload-row-styles";
import "./upload-sheet";

/** More uploads than this at once are a mistake. */
const MOST_UPLOADS = 50;
/** How often the list is asked for anew while the server works on something in it, ms. */
const LIST_EVERY_MS = 3_000;
/** Where there is room for one column. */
const NARROW = "(max-width: 860px)";

@customElement("studio-page")
export class StudioPage extends LitElement {
  static override styles = [
    shared,
    textButton,
    uploadRow,
    css`
      .columns {
        display: grid;
        grid-template-columns: minmax(280px, 380px) minmax(0, 1fr);
        gap: 20px;
        align-items: start;
      }
      ul {
        margin: 14px 0;
        padding: 0;
        list-style: none;
        display: grid;
        gap: 6px;
      }
      .way-in {
        position: sticky;
        top: 11px;
        max-height: calc(100dvh - 22px);
        overflow-y: auto;
        /* Room for the focus ring. */
        margin: -3px;
        padding: 3px;
      }
      .all {
        margin-top: 14px;
      }
      .problem {
        margin: 10px 0 0;
        padding: 9px 12px;
        border-radius: 8px;
        background: var(--red-back);
        color: var(--red);
      }
      .empty {
        margin: 0;
        padding: 40px 24px;
        border-radius: 14px;
        background: var(--surface);
        color: var(--muted);
        text-align: center;
      }
      upload-sheet {
        scroll-margin-top: 12px;
      }
      @media ${unsafeCSS(NARROW)} {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
        .way-in {
          position: static;
          max-height: none;
        }
        /* High enough to be gone to before its content is there. */
        upload-sheet {
          min-height: 100dvh;
        }
      }
    `,
  ];

  @state() private me: Me | null = null;
  @state() private uploads: readonly Upload[] | null = null;
  @state() private next: string | null = null;
  @state() private chosen: string | null = new URLSearchParams(location.search).get("upload");
  @state() private ways: readonly Way[] = [];
  /** What was packed into the uploads that were sent from this page. */
  @state() private packed: ReadonlyMap<string, Bundle> = new Map();
  @state() private problem: string | null = null;
  @state() private said = "";
  /** Whether the next file that arrives is opened: the first of those chosen together. */
  private opensNext = false;
  private again: ReturnType<typeof setTimeout> | undefined;

  private readonly outbox = new Outbox({
    deliver: (bundle, signal, tell) => this.deliver(bundle, signal, tell),
    arrived: (id, bundle) => void this.arrived(id, bundle),
    changed: (ways) => (this.ways = ways),
    sentence,
  });

  override connectedCallback(): void {
    super.connectedCallback();
    void this.begin();
    addEventListener("popstate", () => {
      this.chosen = new URLSearchParams(location.search).get("upload");
    });
    // Files on their way belong to the session they began in.
    document.addEventListener("unit-switching", (event) => {
      if (this.outbox.isBusy) event.preventDefault();
    });
    addEventListener("beforeunload", (event) => {
      if (this.outbox.isBusy) event.preventDefault();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.again);
  }

  private async begin(): Promise<void> {
    await this.trying(async () => {
      this.me = await whoAmI();
      if (this.me.kind === "anonymous") {
        goSignIn();
        return;
      }
      await this.refresh();
    });
  }

  private async refresh(): Promise<void> {
    const page = await listUploads(null);
    const before = this.uploads ?? [];
    this.uploads = freshened(before, page.items);
    if (this.uploads === page.items || before.length === 0) this.next = page.next;
    this.refreshLater();
  }

  /** Ask again by and by, as long as something moves; what fails is tried again in silence. */
  private refreshLater(): void {
    clearTimeout(this.again);
    if (!this.uploads?.some((one) => isAtWork(one))) return;
    this.again = setTimeout(() => {
      void this.refresh().catch(() => this.refreshLater());
    }, LIST_EVERY_MS);
  }

  private async more(): Promise<void> {
    await this.trying(async () => {
      const page = await listUploads(this.next);
      this.uploads = [...(this.uploads ?? []), ...page.items];
      this.next = page.next;
    });
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.me || this.me.kind === "anonymous") {
      return this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing;
    }
    return html`<div class="columns">
      <div class="way-in">
        <file-drop @files-chosen=${this.send}></file-drop>
        ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
        <p class="spoken" role="status">${this.said}</p>
        ${this.list()}
      </div>
      ${this.chosen
        ? html`<upload-sheet
            .upload=${this.chosen}
            .csrf=${this.me.csrf ?? null}
            @upload-moved=${() => void this.trying(() => this.refresh())}
          ></upload-sheet>`
        : html`<p class="empty">${text("studio_choose")}</p>`}
    </div>`;
  }

  private list(): TemplateResult {
    return html`${this.ways.length > 2
        ? html`<button class="button all" @click=${this.dropAll}>${text("studio_stop_all")}</button>`
        : nothing}
      <ul aria-label=${text("studio_uploads")}>
        ${repeat(
          this.ways,
          (way) => way.key,
          (way) => html`<li><sending-row .way=${way} @dropped=${() => this.drop(way.key)}></sending-row></li>`,
        )}
        ${repeat(
          this.uploads ?? [],
          (one) => one.upload,
          (one) => this.uploadRow(one),
        )}
      </ul>
      ${this.uploads?.length === 0 && this.ways.length === 0
        ? html`<p class="quiet">${text("studio_none_yet")}</p>`
        : nothing}
      ${this.next
        ? html`<button class="button" @click=${this.more}>${text("studio_more")}</button>`
        : nothing}`;
  }

  private uploadRow(upload: Upload): TemplateResult {
    const language = pageLanguage();
    const bundle = this.packed.get(upload.upload);
    return html`<li>
      <button
        class="row"
        aria-current=${upload.upload === this.chosen}
        @click=${() => this.open(upload.upload)}
      >
        <span class="name">${upload.filename}</span>
        ${bundle ? html`<span class="parts">${packedText(bundle)}</span>` : nothing}
        <span class="facts">
          <span class="badge ${toneOf(upload.state)}">${text(`upload_${upload.state}`)}</span>
          <span>${sizeText(upload.size, language)}</span>
          <time datetime=${upload.created_at}>${momentText(upload.created_at, language)}</time>
        </span>
        ${upload.refusal ? html`<span class="parts">${refusalText(upload.refusal, language)}</span>` : nothing}
      </button>
    </li>`;
  }

  /** Open it at a person's wish, and go to its top where that is below the list or was left behind. */
  private async open(id: string): Promise<void> {
    this.choose(id);
    await this.updateComplete;
    const sheet = this.renderRoot.querySelector("upload-sheet");
    if (!sheet) return;
    if (matchMedia(NARROW).matches || sheet.getBoundingClientRect().top < 0) sheet.scrollIntoView();
  }

  private choose(id: string): void {
    this.opensNext = false;
    if (id === this.chosen) return;
    this.chosen = id;
    history.pushState(null, "", `?upload=${encodeURIComponent(id)}`);
  }

  /** The button that was pressed goes with its row: the next one takes the focus. */
  private async drop(key: number): Promise<void> {
    const at = this.ways.findIndex((way) => way.key === key);
    this.outbox.drop(key);
    await this.updateComplete;
    const rows = this.renderRoot.querySelectorAll<HTMLElement>("sending-row");
    (rows[at] ?? rows[at - 1] ?? this.renderRoot.querySelector<HTMLElement>("file-drop"))?.focus();
  }

  private dropAll(): void {
    this.outbox.dropAll();
    this.renderRoot.querySelector<HTMLElement>("file-drop")?.focus();
  }

  private async send(event: CustomEvent<FilesChosen>): Promise<void> {
    await this.trying(async () => {
      const bundles = bundlesOf(await event.detail);
      if (bundles.length > MOST_UPLOADS) throw new TooManyFiles();
      if (bundles.length === 0) this.problem = text("studio_nothing");
      this.opensNext = true;
      this.outbox.add(bundles);
    });
  }

  private async deliver(bundle: Bundle, signal: AbortSignal, tell: (news: News) => void): Promise<string> {
    const tellDone = (done: number): void => tell({ done });
    const file = bundle.isPacked ? await pack(bundle, signal, tellDone) : bundle.parts[0]?.file;
    if (!file) throw new TypeError("a bundle without files");
    tell({ stage: "sends", done: 0, total: file.size });
    await checkReadable(file);
    return sendFile({
      file,
      fields: {},
      csrf: this.me?.csrf ?? null,
      signal,
      onProgress: tellDone,
      onLine: (isUp) => tell({ stage: isUp ? "sends" : "cut" }),
      pieceBytes: PIECE_BYTES,
      fetch: (path, init) => fetch(path, init),
      wait: (ms) => new Promise((done) => setTimeout(done, ms)),
    });
  }

  private async arrived(id: string, bundle: Bundle): Promise<void> {
    if (bundle.isPacked) this.packed = new Map([...this.packed, [id, bundle]]);
    this.said = text("studio_arrived", { name: bundle.name });
    if (this.opensNext) this.choose(id);
    await this.refresh().catch((error: unknown) => (this.problem = sentence(error)));
  }

  private async trying(work: () => Promise<void>): Promise<void> {
    this.problem = null;
    try {
      await work();
    } catch (error) {
      this.problem = sentence(error);
    }
  }
}

/** What is said to a person of what went wrong. */
function sentence(error: unknown): string {
  if (error instanceof ApiProblem) return error.sentence(pageLanguage()) ?? text("server_away");
  if (error instanceof TooManyFiles) {
    return text("studio_too_many", { files: MOST_FILES, uploads: MOST_UPLOADS });
  }
  return text(error instanceof DOMException ? "studio_unreadable" : "server_away");
}
