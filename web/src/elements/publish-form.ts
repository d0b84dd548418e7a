/** The last step: a new layer, or in place of or added to an existing one, with what would change. */

import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { listLayers } from "../api/client";
import type { Closure, DiffCounts, Layer, PublishWish, Visibility } from "../api/contract";
import { ApiProblem } from "../api/problem";
import { pageLanguage, pick, text } from "../i18n/text";
import { slugOf, type Upload } from "../studio/upload";
import { diffOf, publish } from "../studio/uploads-api";
import { shared, textButton } from "./shared-styles";

type Mode = PublishWish["mode"];

@customElement("publish-form")
export class PublishForm extends LitElement {
  static override styles = [
    shared,
    textButton,
    css`
      form {
        display: grid;
        gap: 12px;
        padding: 16px 18px;
        border-radius: 10px;
        background: var(--accent-tint);
      }
      .modes {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 18px;
      }
      .field {
        display: grid;
        gap: 4px;
        font-weight: 600;
      }
      input:not([type="radio"]),
      select {
        font: inherit;
        font-weight: 400;
        min-height: 38px;
        padding: 0 10px;
        border: 1px solid var(--field-line);
        border-radius: 8px;
        background: var(--surface);
        color: inherit;
      }
      .hint {
        margin: 0;
      }
      .problem {
        margin: 0;
        color: var(--red);
      }
      .diff {
        margin: 0;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) upload: Upload | null = null;
  @property({ attribute: false }) csrf: string | null = null;
  @state() private mode: Mode = "create";
  @state() private slug = "";
  @state() private visibility: Visibility = "open";
  @state() private layers: readonly Layer[] = [];
  @state() private diff: DiffCounts | null = null;
  @state() private problem: string | null = null;
  @state() private busy = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("upload") && this.upload && this.slug === "") {
      this.slug = this.upload.layer ?? slugOf(this.upload.filename);
      void this.begin();
    }
  }

  private async begin(): Promise<void> {
    await this.trying(async () => {
      const found = await listLayers();
      this.layers = found.filter((layer) => layer.kind === "vector");
      if (found.some((layer) => layer.slug === this.slug)) await this.choose("replace", this.slug);
    });
  }

  protected override render(): TemplateResult {
    return html`<form @submit=${this.submit}>
      <div class="modes" role="radiogroup" aria-label=${text("studio_publish")}>
        ${(["create", "replace", "append"] as const).map((mode) => this.choice(mode))}
      </div>
      ${this.mode === "create" ? this.newLayer() : this.existing()}
      ${this.diff ? html`<p class="diff">${this.diffText(this.diff)}</p>` : nothing}
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      <div>
        <button class="button primary" ?disabled=${this.busy || this.slug === ""}>
          ${text("studio_publish")}
        </button>
      </div>
    </form>`;
  }

  private choice(mode: Mode): TemplateResult {
    return html`<label>
      <input
        type="radio"
        name="mode"
        .checked=${this.mode === mode}
        @change=${() => void this.choose(mode, this.slug)}
      />
      ${text(`mode_${mode}`)}
    </label>`;
  }

  private newLayer(): TemplateResult {
    return html`<label class="field">
        ${text("studio_title")}
        <input name="title" maxlength="300" />
      </label>
      <label class="field">
        ${text("studio_slug")}
        <input
          name="slug"
          pattern="[a-z][a-z0-9_\\-]{0,62}"
          required
          .value=${this.slug}
          @input=${(event: Event) => (this.slug = (event.target as HTMLInputElement).value)}
        />
      </label>
      <label class="field">
        ${text("studio_visibility")}
        <select
          name="visibility"
          @change=${(event: Event) => (this.visibility = (event.target as HTMLSelectElement).value as Visibility)}
        >
          <option value="open">${text("studio_open")}</option>
          <option value="internal">${text("visibility_internal")}</option>
          <option value="restricted">${text("visibility_restricted")}</option>
        </select>
      </label>
      ${this.visibility === "open" ? nothing : this.reasons()}`;
  }

  /** What the city's rule asks of a layer that is not open. */
  private reasons(): TemplateResult {
    return html`<p class="hint">${text("closure_hint")}</p>
      ${(["reason", "legal_basis", "approver"] as const).map(
        (name) =>
          html`<label class="field">
            ${text(`closure_${name}`)}
            <input name=${name} required maxlength=${name === "approver" ? 300 : 2000} />
          </label>`,
      )}
      <label class="field">
        ${text("closure_expires_at")}
        <input name="expires_at" type="date" required />
      </label>`;
  }

  private existing(): TemplateResult {
    const language = pageLanguage();
    return html`<label class="field">
      ${text("studio_which_layer")}
      <select
        required
        @change=${(event: Event) => void this.choose(this.mode, (event.target as HTMLSelectElement).value)}
      >
        <option value="" .selected=${!this.layers.some((layer) => layer.slug === this.slug)}></option>
        ${this.layers.map(
          (layer) =>
            html`<option value=${layer.slug} .selected=${layer.slug === this.slug}>
              ${pick(language, layer.title, layer.title_en)} (${layer.slug})
            </option>`,
        )}
      </select>
    </label>`;
  }

  private async choose(mode: Mode, slug: string): Promise<void> {
    this.mode = mode;
    this.slug = slug;
    this.diff = null;
    const isThere = this.layers.some((layer) => layer.slug === slug);
    if (mode === "create" || !this.upload || !isThere) return;
    const { upload } = this.upload;
    await this.trying(async () => {
      const found = await diffOf(upload, slug, mode);
      if (this.slug === slug && this.mode === mode) this.diff = found;
    });
  }

  private diffText(diff: DiffCounts): string {
    const language = pageLanguage();
    const counts = Object.fromEntries(
      (["added", "changed", "removed", "unchanged"] as const).map((name) => [
        name,
        (diff[name] ?? 0).toLocaleString(language),
      ]),
    );
    return text("studio_diff", counts);
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (!this.upload) return;
    const { upload } = this.upload;
    const fields = new FormData(event.target as HTMLFormElement);
    const title = String(fields.get("title") ?? "").trim();
    const wish: PublishWish =
      this.mode === "create"
        ? {
            layer: this.slug,
            mode: this.mode,
            visibility: this.visibility,
            ...(this.visibility === "open" ? {} : { closure: closureOf(fields) }),
            ...(title ? { title } : {}),
          }
        : { layer: this.slug, mode: this.mode };
    this.busy = true;
    await this.trying(async () => {
      await publish(upload, wish, this.csrf);
      this.dispatchEvent(new CustomEvent("published"));
    });
    this.busy = false;
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

function closureOf(fields: FormData): Closure {
  const said = (name: string): string => String(fields.get(name) ?? "").trim();
  return {
    reason: said("reason"),
    legal_basis: said("legal_basis"),
    approver: said("approver"),
    expires_at: said("expires_at"),
  };
}
