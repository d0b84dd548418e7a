/** The studio's way in: send files, watch them, answer what they ask, look, publish. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { getMe } from "../api/client";
import type { Me } from "../api/contract";
import { ApiProblem } from "../api/problem";
import { pageLanguage, text } from "../i18n/text";
import { sizeText, toneOf, type Upload } from "../studio/upload";
import { PIECE_BYTES, sendFile } from "../studio/tus";
import { listUploads } from "../studio/uploads-api";
import { shared, textButton } from "./shared-styles";
import "./upload-sheet";

interface Way {
  readonly file: File;
  readonly sent: number;
  readonly isCut: boolean;
  readonly stop: AbortController;
}

@customElement("studio-page")
export class StudioPage extends LitElement {
  static override styles = [
    shared,
    textButton,
    css`
      .columns {
        display: grid;
        grid-template-columns: minmax(280px, 380px) minmax(0, 1fr);
        gap: 20px;
        align-items: start;
      }
      .drop {
        display: grid;
        gap: 8px;
        justify-items: start;
        padding: 18px;
        border: 2px dashed var(--line-strong);
        border-radius: 14px;
        background: var(--surface);
      }
      .drop.over {
        border-color: var(--accent);
        background: var(--accent-tint);
      }
      .drop p,
      h2 {
        margin: 0;
      }
      h2 {
        font-size: 16px;
        line-height: 22px;
        font-weight: 600;
      }
      input[type="file"] {
        position: absolute;
        width: 1px;
        height: 1px;
        opacity: 0;
      }
      input:focus-visible + .button {
        outline: 2px solid var(--focus);
        outline-offset: 2px;
      }
      ul {
        margin: 14px 0 0;
        padding: 0;
        list-style: none;
        display: grid;
        gap: 6px;
      }
      .row {
        display: grid;
        gap: 3px;
        width: 100%;
        padding: 10px 14px;
        border: 1px solid var(--line);
        border-radius: 10px;
        background: var(--surface);
        text-align: start;
      }
      button.row:hover {
        background: var(--hover);
      }
      .row[aria-current="true"] {
        border-color: var(--accent);
        box-shadow: inset 3px 0 0 var(--accent);
      }
      .name {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 10px;
        font-size: 13px;
        color: var(--muted);
      }
      progress {
        width: 100%;
        accent-color: var(--accent);
      }
      .problem {
        margin: 10px 0 0;
        padding: 9px 12px;
        border-radius: 8px;
        background: var(--red-back);
        color: var(--red);
      }
      .empty {
        padding: 40px 24px;
        border-radius: 14px;
        background: var(--surface);
        color: var(--muted);
        text-align: center;
      }
      @media (max-width: 860px) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @state() private me: Me | null = null;
  @state() private uploads: readonly Upload[] = [];
  @state() private next: string | null = null;
  @state() private chosen: string | null = new URLSearchParams(location.search).get("upload");
  @state() private ways: readonly Way[] = [];
  @state() private problem: string | null = null;
  @state() private isOver = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.begin();
    addEventListener("popstate", () => {
      this.chosen = new URLSearchParams(location.search).get("upload");
    });
    addEventListener("beforeunload", (event) => {
      if (this.ways.length > 0) event.preventDefault();
    });
  }

  private async begin(): Promise<void> {
    await this.trying(async () => {
      this.me = await getMe();
      if (this.me.kind === "anonymous") {
        location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
        return;
      }
      await this.refresh();
    });
  }

  private async refresh(): Promise<void> {
    const page = await listUploads(null);
    this.uploads = page.items;
    this.next = page.next;
  }

  private async more(): Promise<void> {
    await this.trying(async () => {
      const page = await listUploads(this.next);
      this.uploads = [...this.uploads, ...page.items];
      this.next = page.next;
    });
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.me || this.me.kind === "anonymous") {
      return this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing;
    }
    return html`<div class="columns">
      <div>
        ${this.dropPlace()}
        ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
        <ul aria-label=${text("studio_uploads")}>
          ${this.ways.map((way) => this.wayRow(way))} ${this.uploads.map((one) => this.uploadRow(one))}
        </ul>
        ${this.next
          ? html`<button class="button" @click=${this.more}>${text("studio_more")}</button>`
          : nothing}
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

  private dropPlace(): TemplateResult {
    return html`<div
      class="drop ${this.isOver ? "over" : ""}"
      @dragover=${this.over}
      @dragleave=${() => (this.isOver = false)}
      @drop=${this.drop}
    >
      <h2>${text("studio_send")}</h2>
      <p class="quiet">${text("studio_send_hint")}</p>
      <label>
        <input id="file" type="file" multiple @change=${this.pick} />
        <span class="button primary">${text("studio_pick")}</span>
      </label>
    </div>`;
  }

  private wayRow(way: Way): TemplateResult {
    const language = pageLanguage();
    return html`<li class="row">
      <span class="name">${way.file.name}</span>
      <progress max=${way.file.size || 1} value=${way.sent} aria-label=${text("studio_sending")}></progress>
      <span class="facts">
        <span>${sizeText(way.sent, language)} / ${sizeText(way.file.size, language)}</span>
        ${way.isCut ? html`<span class="badge">${text("studio_line_cut")}</span>` : nothing}
        <button @click=${() => way.stop.abort()}>${text("studio_stop")}</button>
      </span>
    </li>`;
  }

  private uploadRow(upload: Upload): TemplateResult {
    const language = pageLanguage();
    return html`<li>
      <button
        class="row"
        aria-current=${upload.upload === this.chosen}
        @click=${() => this.choose(upload.upload)}
      >
        <span class="name">${upload.filename}</span>
        <span class="facts">
          <span class="badge ${toneOf(upload.state)}">${text(`upload_${upload.state}`)}</span>
          <span>${sizeText(upload.size, language)}</span>
          <span>${new Date(upload.created_at).toLocaleString(language)}</span>
        </span>
      </button>
    </li>`;
  }

  private choose(id: string): void {
    if (id === this.chosen) return;
    this.chosen = id;
    history.pushState(null, "", `?upload=${encodeURIComponent(id)}`);
  }

  private over(event: DragEvent): void {
    event.preventDefault();
    this.isOver = true;
  }

  private drop(event: DragEvent): void {
    event.preventDefault();
    this.isOver = false;
    this.sendAll(event.dataTransfer?.files ?? null);
  }

  private pick(event: Event): void {
    const input = event.target as HTMLInputElement;
    this.sendAll(input.files);
    input.value = "";
  }

  private sendAll(files: FileList | null): void {
    for (const file of files ?? []) void this.send(file);
  }

  private async send(file: File): Promise<void> {
    const stop = new AbortController();
    let way: Way = { file, sent: 0, isCut: false, stop };
    const become = (change: Partial<Way>): void => {
      const before = way;
      way = { ...way, ...change };
      this.ways = this.ways.map((one) => (one === before ? way : one));
    };
    this.ways = [way, ...this.ways];
    await this.trying(async () => {
      const id = await sendFile({
        file,
        fields: {},
        csrf: this.me?.csrf ?? null,
        signal: stop.signal,
        onProgress: (sent) => become({ sent }),
        onLine: (isUp) => become({ isCut: !isUp }),
        pieceBytes: PIECE_BYTES,
        fetch: (path, init) => fetch(path, init),
        wait: (ms) => new Promise((done) => setTimeout(done, ms)),
      });
      await this.refresh();
      this.choose(id);
    });
    this.ways = this.ways.filter((one) => one !== way);
  }

  private async trying(work: () => Promise<void>): Promise<void> {
    this.problem = null;
    try {
      await work();
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      const said = error instanceof ApiProblem ? error.sentence(pageLanguage()) : null;
      this.problem = said ?? text("server_away");
    }
  }
}
