/** One upload: how far it is, what it asks, what was found, how it would look, and its publishing. */

import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ApiProblem } from "../api/problem";
import { pageLanguage, text } from "../i18n/text";
import { isAtWork, mayBeStopped, refusalText, timeText, toneOf, type Upload } from "../studio/upload";
import { answer, getUpload, pathOf, stop, watch } from "../studio/uploads-api";
import "./finding-list";
import "./publish-form";
import { shared, textButton } from "./shared-styles";
import "./upload-facts";
import "./upload-questions";

@customElement("upload-sheet")
export class UploadSheet extends LitElement {
  static override styles = [
    shared,
    textButton,
    css`
      article {
        display: grid;
        gap: 18px;
        padding: 22px 24px;
        border-radius: 14px;
        background: var(--surface);
      }
      header {
        display: flex;
        flex-wrap: wrap;
        gap: 8px 12px;
        align-items: center;
      }
      header .badge {
        font-size: 13px;
        line-height: 22px;
      }
      h2 {
        flex: 1;
        margin: 0;
        font-size: 19px;
        line-height: 26px;
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      progress {
        width: 100%;
        height: 10px;
        accent-color: var(--accent);
      }
      .said {
        margin: 4px 0 0;
        color: var(--muted);
        font-variant-numeric: tabular-nums;
      }
      .problem {
        margin: 0;
        padding: 10px 14px;
        border-radius: 8px;
        background: var(--red-back);
        color: var(--red);
      }
      iframe {
        width: 100%;
        height: 440px;
        border: 1px solid var(--line);
        border-radius: 10px;
      }
      .done {
        margin: 0;
        padding: 10px 14px;
        border-radius: 8px;
        background: var(--accent-tint);
      }
      @media (max-width: 560px) {
        article {
          padding: 16px 14px;
        }
        h2 {
          flex-basis: 100%;
        }
        header .badge {
          margin-inline-end: auto;
        }
        iframe {
          height: 340px;
        }
      }
    `,
  ];

  @property() upload = "";
  @property({ attribute: false }) csrf: string | null = null;
  @state() private shown: Upload | null = null;
  @state() private problem: string | null = null;
  private watching: AbortController | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.watching?.abort();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("upload")) void this.open();
  }

  private async open(): Promise<void> {
    this.watching?.abort();
    this.shown = null;
    await this.trying(() => this.read());
  }

  private async read(): Promise<void> {
    const id = this.upload;
    const found = await getUpload(id);
    if (id !== this.upload) return;
    const moved = this.shown !== null && this.shown.state !== found.state;
    this.shown = found;
    if (moved) this.dispatchEvent(new CustomEvent("upload-moved"));
    if (isAtWork(found)) this.follow(id);
  }

  private follow(id: string): void {
    this.watching?.abort();
    const watching = new AbortController();
    this.watching = watching;
    const hear = (said: Partial<Upload>): void => {
      if (!this.shown || id !== this.upload) return;
      const state = said.state ?? this.shown.state;
      if (isAtWork({ state })) {
        this.shown = { ...this.shown, ...said };
        return;
      }
      watching.abort();
      void this.trying(() => this.read());
    };
    watch(id, hear, watching.signal);
  }

  protected override render(): TemplateResult | typeof nothing {
    const shown = this.shown;
    if (!shown) {
      return this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing;
    }
    return html`<article aria-live="polite">
      <header>
        <h2>${shown.filename}</h2>
        <span class="badge ${toneOf(shown.state)}">${text(`upload_${shown.state}`)}</span>
        ${mayBeStopped(shown)
          ? html`<button class="button" @click=${this.halt}>${text(isAtWork(shown) ? "studio_stop" : "studio_discard")}</button>`
          : nothing}
      </header>
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      ${isAtWork(shown) ? this.progress(shown) : nothing} ${this.refusal(shown)}
      ${shown.state === "asks"
        ? html`<upload-questions
            .questions=${shown.questions}
            .fields=${shown.inspection?.mapping?.layer_fields ?? []}
            .columns=${shown.inspection?.fields ?? []}
            @answered=${this.send}
          ></upload-questions>`
        : nothing}
      ${this.published(shown)} ${this.look(shown)}
      <finding-list .findings=${shown.findings} .path=${pathOf(shown.upload)}></finding-list>
      ${shown.inspection ? html`<upload-facts .inspection=${shown.inspection}></upload-facts>` : nothing}
      ${shown.state === "staged"
        ? html`<publish-form
            .upload=${shown}
            .csrf=${this.csrf}
            @published=${() => void this.trying(() => this.read())}
          ></publish-form>`
        : nothing}
    </article>`;
  }

  private progress(shown: Upload): TemplateResult {
    const language = pageLanguage();
    const { pace } = shown;
    const rows = pace ? text("studio_rows", { rows: pace.rows.toLocaleString(language) }) : "";
    const rate = pace
      ? text("studio_rate", { rate: Math.round(pace.rows_per_s).toLocaleString(language) })
      : "";
    const left = pace?.remaining_s
      ? text("studio_left", { time: timeText(pace.remaining_s, language) })
      : "";
    const said = [text(stageKey(shown.stage)), rows, rate, left].filter((part) => part !== "");
    return html`<div>
      <progress max="1" value=${shown.progress} aria-label=${text("studio_progress")}></progress>
      <p class="said">${said.join(" · ")}</p>
    </div>`;
  }

  private refusal(shown: Upload): TemplateResult | typeof nothing {
    if (!shown.refusal) return nothing;
    return html`<p class="problem" role="alert">${refusalText(shown.refusal, pageLanguage())}</p>`;
  }

  private published(shown: Upload): TemplateResult | typeof nothing {
    if (shown.state !== "published" || !shown.layer) return nothing;
    return html`<p class="done">
      ${text("studio_is_layer")}
      <a href="/?layers=${encodeURIComponent(shown.layer)}">${shown.layer}</a>
    </p>`;
  }

  private look(shown: Upload): TemplateResult | typeof nothing {
    const hasPlaces = shown.state === "staged" || shown.state === "published";
    const asksPlace = shown.questions.some((question) => question.code === "crs");
    if (!hasPlaces && !(shown.state === "asks" && asksPlace)) return nothing;
    return html`<iframe
      src="${pathOf(shown.upload)}/preview"
      sandbox="allow-scripts"
      loading="lazy"
      title=${text("studio_preview")}
    ></iframe>`;
  }

  private async send(event: CustomEvent<Readonly<Record<string, unknown>>>): Promise<void> {
    await this.trying(async () => {
      this.shown = await answer(this.upload, event.detail, this.csrf);
      this.follow(this.upload);
    });
  }

  private async halt(): Promise<void> {
    await this.trying(async () => {
      this.shown = await stop(this.upload, this.csrf);
      this.watching?.abort();
      this.dispatchEvent(new CustomEvent("upload-moved"));
    });
  }

  private async trying(work: () => Promise<void>): Promise<void> {
    this.problem = null;
    try {
      await work();
    } catch (error) {
      const said = error instanceof ApiProblem ? error.sentence(pageLanguage()) : null;
      this.problem = said ?? text("server_away");
    }
  }
}

function stageKey(stage: string): "stage_inspect" | "stage_convert" | "stage_index" | "stage_check" | "stage_publish" | "stage_wait" {
  switch (stage) {
    case "inspect":
      return "stage_inspect";
    case "convert":
    case "converting":
      return "stage_convert";
    case "index":
      return "stage_index";
    case "check":
      return "stage_check";
    case "publish":
      return "stage_publish";
    default:
      return "stage_wait";
  }
}
