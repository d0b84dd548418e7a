/** The form in which one feature is changed, added or removed.
 *
 * What is typed stays until it is saved or given up: a save that somebody else was faster than
 * shows theirs beside ours, field by field.
 */

import type { Geometry } from "geojson";
import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { getFeature } from "../api/client";
import type { Edited, LayerWithFields } from "../api/contract";
import {
  conflictOf,
  faultsOf,
  fieldRulesOf,
  historyOf,
  sendChange,
  type Change,
  type FieldRule,
  type HistoryItem,
  type VersionedFeature,
} from "../api/edits";
import { changedValues, draftOf, isTouched, rebase, type Clash, type Draft } from "../edit/draft";
import { kindOf, type Kind } from "../edit/shape";
import { pageLanguage, text } from "../i18n/text";
import { whoAmI } from "../office/account-api";
import { troubleOf } from "../office/trouble";
import { tell, type FeatureEdited } from "./events";
import { fieldRow } from "./feature-fields";
import { formStyles } from "./feature-form-styles";
import { conflictWords, goneWords, lineOf, shapePart } from "./feature-form-parts";

type Phase = "edit" | "remove" | "drop";

@customElement("feature-form")
export class FeatureForm extends LitElement {
  static override styles = formStyles;

  @property({ attribute: false }) layer: LayerWithFields | null = null;
  /** The feature as it was opened; null: a new one. */
  @property({ attribute: false }) feature: VersionedFeature | null = null;

  @state() private draft: Draft = draftOf([], null);
  @state() private kind: Kind | null = null;
  @state() private rules: ReadonlyMap<string, FieldRule> = new Map();
  @state() private faults: ReadonlyMap<string, string> = new Map();
  @state() private sentence: string | null = null;
  @state() private clashes: readonly Clash[] = [];
  @state() private isLate = false;
  @state() private isGone = false;
  @state() private other: HistoryItem | null = null;
  @state() private phase: Phase = "edit";
  @state() private message = "";
  @state() private isBusy = false;
  @state() private snaps = true;
  private readonly heard = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    const { signal } = this.heard;
    const shape = (event: Event): void =>
      this.takeShape((event as CustomEvent<{ geometry: Geometry | null }>).detail.geometry);
    document.addEventListener("shape-changed", shape, { signal });
    addEventListener("beforeunload", (event) => this.isDirty && event.preventDefault(), { signal });
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.heard.abort();
    tell(document, "sketch-ended", null);
  }

  /** Whether something would be lost if the form went away. */
  get isDirty(): boolean {
    return isTouched(this.fields, this.draft) || this.message !== "";
  }

  /** Somebody wants the form to go: it goes if nothing is lost, else it asks. */
  leave(): void {
    if (!this.isDirty) tell(this, "edit-ended", null);
    else this.ask("drop");
  }

  private get fields(): LayerWithFields["fields"] {
    return this.layer?.fields ?? [];
  }

  private async begin(): Promise<void> {
    const { layer, feature } = this;
    if (!layer) return;
    this.draft = draftOf(layer.fields, feature);
    const drawn = layer.geometry_type === "mixed" ? "point" : layer.geometry_type;
    this.kind = feature?.geometry ? kindOf(feature.geometry) : drawn;
    this.sketch(feature?.geometry ?? null);
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("input, select, textarea")?.focus({ preventScroll: true });
    const rules = await fieldRulesOf(layer.slug).catch(() => ({ fields: [] }));
    this.rules = new Map(rules.fields.map((rule) => [rule.name, rule]));
  }

  private sketch(geometry: Geometry | null): void {
    const { kind, layer, feature, snaps } = this;
    if (!kind || !layer) return;
    const id = feature?.id === undefined ? null : String(feature.id);
    tell(this, "sketch-wanted", { kind, geometry, drawing: { slug: layer.slug, id, snaps } });
  }

  private letSnap(on: boolean): void {
    this.snaps = on;
    tell(this, "snapping-switched", { on });
  }

  private takeShape(geometry: Geometry | null): void {
    this.draft = { ...this.draft, geometry };
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.layer) return nothing;
    if (this.phase === "drop") return this.question("edit_drop_ask", "edit_drop", () => this.drop());
    if (this.phase === "remove") return this.removal();
    return html`<form novalidate @submit=${this.save}>
      ${this.isGone ? goneWords(() => this.addAnew()) : nothing}
      ${this.isLate ? conflictWords(this.other, this.clashes.length, () => this.takeAllTheirs()) : nothing}
      ${this.fields.map((field, at) =>
        fieldRow({
          id: `f${at}`,
          field,
          rule: this.rules.get(field.name),
          typed: this.draft.typed[field.name] ?? "",
          fault: this.faults.get(field.name),
          clash: this.clashes.find(({ name }) => name === field.name),
          write: (typed) => this.write(field.name, typed),
        }),
      )}
      ${this.shape()} ${this.reason()} ${this.trouble()}
      <div class="doing">
        <button class="button primary" ?disabled=${this.isBusy || this.isGone}>${text("edit_save")}</button>
        <button type="button" class="button" @click=${this.leave}>${text("edit_cancel")}</button>
        ${this.feature && !this.isGone
          ? html`<button type="button" class="button danger" @click=${() => this.ask("remove")}>${text("edit_remove")}</button>`
          : nothing}
      </div>
    </form>`;
  }

  private shape(): TemplateResult | typeof nothing {
    if (!this.kind) return nothing;
    return shapePart({
      kind: this.kind,
      isNew: this.draft.base === null,
      isMixed: this.layer?.geometry_type === "mixed" && this.draft.base === null,
      isTouched: this.draft.geometry !== null,
      fault: this.faults.get("geometry"),
      isClash: this.clashes.some(({ name }) => name === "geometry"),
      snaps: this.snaps,
      choose: (kind) => this.draw(kind),
      letSnap: (on) => this.letSnap(on),
      reset: () => this.draw(this.kind),
    });
  }

  /** Draw anew, or put the shape back to what the server has. */
  private draw(kind: Kind | null): void {
    this.kind = kind;
    this.clashes = this.clashes.filter(({ name }) => name !== "geometry");
    this.takeShape(null);
    this.sketch(this.draft.base?.geometry ?? null);
  }

  private reason(): TemplateResult {
    return lineOf("message", text("edit_why"), this.message, (words) => (this.message = words));
  }

  private trouble(): TemplateResult | typeof nothing {
    const words = [this.sentence, this.faults.get("")].filter(Boolean).join(" ");
    return words ? html`<p class="problem" role="alert">${words}</p>` : nothing;
  }

  private question(
    ask: "edit_drop_ask" | "edit_remove_ask",
    yes: "edit_drop" | "edit_remove",
    go: () => void,
  ): TemplateResult {
    return html`<div class="asking" role="group" aria-labelledby="ask">
      <p id="ask">${text(ask)}</p>
      ${yes === "edit_remove" ? html`${this.reason()} ${this.trouble()}` : nothing}
      <div class="doing">
        <button class="button danger" ?disabled=${this.isBusy} @click=${go}>${text(yes)}</button>
        <button class="button" @click=${() => this.ask("edit")}>${text("edit_go_on")}</button>
      </div>
    </div>`;
  }

  private removal(): TemplateResult {
    return this.question("edit_remove_ask", "edit_remove", () => void this.removeFeature());
  }

  private drop(): void {
    this.draft = draftOf(this.fields, this.feature);
    this.message = "";
    tell(this, "edit-ended", null);
  }

  private ask(phase: Phase): void {
    this.phase = phase;
    this.sentence = null;
    void this.updateComplete.then(() => {
      const to = phase === "edit" ? "input, select, textarea" : ".asking .doing .button:last-child";
      this.renderRoot.querySelector<HTMLElement>(to)?.focus();
    });
  }

  private write(name: string, typed: string): void {
    this.draft = { ...this.draft, typed: { ...this.draft.typed, [name]: typed } };
    this.faults = new Map([...this.faults].filter(([known]) => known !== name));
  }

  private async save(event: Event): Promise<void> {
    event.preventDefault();
    const { values, wrong } = changedValues(this.fields, this.draft);
    this.faults = new Map([...wrong].map(([name, key]) => [name, text(key)]));
    if (wrong.size > 0) return this.focusFault();
    const change = this.changeOf(values);
    if (!change) return;
    const what = change.op === "add" ? "added" : "changed";
    await this.send(change, what);
  }

  /** What is to be sent, or null after saying why nothing is. */
  private changeOf(values: Readonly<Record<string, unknown>>): Change | null {
    const { base, geometry } = this.draft;
    if (base === null) {
      if (this.kind && !geometry) this.faults = new Map([["geometry", text("edit_draw_first")]]);
      return this.kind && !geometry ? null : { op: "add", properties: values, geometry };
    }
    if (Object.keys(values).length === 0 && !geometry) {
      this.sentence = text("edit_nothing");
      return null;
    }
    const known = { id: Number(base.id), version: base.version ?? 0 };
    return { op: "change", ...known, properties: values, ...(geometry ? { geometry } : {}) };
  }

  private async removeFeature(): Promise<void> {
    const { base } = this.draft;
    if (base) await this.send({ op: "remove", id: Number(base.id), version: base.version ?? 0 }, "removed");
  }

  private async send(change: Change, what: FeatureEdited["what"]): Promise<void> {
    const { layer } = this;
    if (!layer || this.isBusy) return;
    this.isBusy = true;
    this.sentence = null;
    try {
      const { csrf = null } = await whoAmI();
      const edited = await sendChange(layer.slug, change, { message: this.message.trim(), csrf });
      this.done(layer.slug, edited, what);
    } catch (error) {
      await this.refused(error);
    } finally {
      this.isBusy = false;
    }
  }

  private done(slug: string, edited: Edited, what: FeatureEdited["what"]): void {
    const id = this.draft.base?.id ?? edited.added[0] ?? null;
    tell(this, "feature-edited", { slug, id: id === null ? null : String(id), revision: edited.revision, what });
  }

  private async refused(error: unknown): Promise<void> {
    const conflict = conflictOf(error);
    if (conflict) {
      await this.meet(conflict.version === null);
      return;
    }
    this.faults = faultsOf(error, pageLanguage());
    this.sentence = this.faults.size > 0 ? null : troubleOf(error).sentence;
    this.focusFault();
  }

  /** Somebody else was faster: bring theirs in, keep ours on top. */
  private async meet(isGone: boolean): Promise<void> {
    const { layer } = this;
    const { base } = this.draft;
    this.phase = "edit";
    if (!layer || !base || isGone) {
      this.isGone = true;
      return;
    }
    const id = String(base.id);
    const [theirs, history] = await Promise.all([
      getFeature(layer.slug, id) as Promise<VersionedFeature>,
      historyOf(layer.slug, id).catch(() => []),
    ]);
    const { draft, clashes } = rebase(layer.fields, this.draft, theirs);
    this.draft = draft;
    this.clashes = clashes;
    this.other = history[0] ?? null;
    this.isLate = true;
    if (!draft.geometry) this.sketch(theirs.geometry);
    await this.updateComplete;
    this.renderRoot.querySelector(".note")?.scrollIntoView({ block: "nearest" });
  }

  private takeAllTheirs(): void {
    this.draft = draftOf(this.fields, this.draft.base);
    this.clashes = [];
    this.isLate = false;
    this.sketch(this.draft.base?.geometry ?? null);
  }

  /** The feature is gone: what is here becomes a new one, in the same place. */
  private addAnew(): void {
    const { base, geometry } = this.draft;
    this.draft = { ...this.draft, base: null, geometry: geometry ?? base?.geometry ?? null };
    this.isGone = false;
  }

  private focusFault(): void {
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>("[aria-invalid=true]")?.focus(),
    );
  }
}
