/** Make a key for a program: who it is, in which unit, what alone it is for. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { KeyWish, Me, NewApiKey, Role } from "../api/contract";
import { text } from "../i18n/text";
import type { Units } from "../office/offices";
import { makeKey } from "../office/people-api";
import { Sending } from "../office/sending";
import { field, said, SHARED_ACTS, wholeTrouble } from "./form-parts";
import { officeStyles } from "./office-styles";
import { roleFields } from "./role-choice";

@customElement("key-form")
export class KeyForm extends LitElement {
  static override styles = officeStyles;
  @property({ attribute: false }) me: Me | null = null;
  @property({ attribute: false }) units: Units = new Map();
  private readonly sending = new Sending(this, ["name", "unit", "role", "layers", "rate_per_minute", "days"]);

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("input")?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.me) return nothing;
    const { trouble } = this.sending;
    const input = (name: string, type: string, least?: number, most?: number): TemplateResult =>
      html`<input
        id=${name}
        name=${name}
        type=${type}
        min=${least ?? nothing}
        max=${most ?? nothing}
        ?required=${name === "name" || name === "days"}
        value=${name === "days" ? "365" : nothing}
        maxlength=${name === "name" ? 200 : nothing}
        autocomplete="off"
        aria-describedby="${name}-fault"
      />`;
    return html`<form class="sheet" @submit=${this.submit}>
      ${field("name", text("key_name"), input("name", "text"), { trouble, hint: text("key_name_hint") })}
      ${field("days", text("key_days"), input("days", "number", 1, 366), { trouble, hint: text("key_days_hint") })}
      ${roleFields({ me: this.me, units: this.units, trouble })}
      ${field("layers", text("key_layers"), input("layers", "text"), { trouble, hint: text("key_layers_hint") })}
      ${field("rate_per_minute", text("key_rate"), input("rate_per_minute", "number", 1, 1_000_000), {
        trouble,
        hint: text("key_rate_hint"),
      })}
      <fieldset class="field wide">
        <legend>${text("key_acts")}</legend>
        <div class="ticks">
          ${SHARED_ACTS.map(
            (act) =>
              html`<label>
                <input type="checkbox" name="acts" value=${act} ?checked=${act !== "edit"} />${text(`act_${act}`)}
              </label>`,
          )}
        </div>
        <span class="hint">${text("key_acts_hint")}</span>
      </fieldset>
      ${wholeTrouble(trouble)}
      <div class="doing">
        <button class="button primary" ?disabled=${this.sending.isBusy}>${text("key_make")}</button>
        <button type="button" class="button" @click=${() => this.dispatchEvent(new CustomEvent("dropped"))}>
          ${text("cancel")}
        </button>
      </div>
    </form>`;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const wish = wishOf(new FormData(event.target as HTMLFormElement));
    await this.sending.run(async () => {
      const detail: NewApiKey = await makeKey(wish, this.me?.csrf ?? null);
      this.dispatchEvent(new CustomEvent("made", { detail }));
    });
  }
}

function wishOf(fields: FormData): KeyWish {
  const layers = said(fields, "layers").split(/[\s,;]+/).filter((slug) => slug !== "");
  const acts = SHARED_ACTS.filter((act) => fields.getAll("acts").includes(act));
  const rate = said(fields, "rate_per_minute");
  return {
    name: said(fields, "name"),
    unit: said(fields, "unit") || null,
    role: said(fields, "role") as Role,
    layers: layers.length > 0 ? layers : null,
    acts: acts.length > 0 ? acts : null,
    rate_per_minute: rate ? Number(rate) : null,
    days: Number(said(fields, "days")),
  };
}
