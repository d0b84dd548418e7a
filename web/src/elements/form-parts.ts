/** Parts of forms: a field with what is wrong in it, ticks for acts, a choice of unit. */

import { html, nothing, type TemplateResult } from "lit";
import type { Act, Unit } from "../api/contract";
import { pageLanguage, pick, text } from "../i18n/text";
import { dayAhead } from "../office/days";
import type { Trouble } from "../office/trouble";

export const SHARED_ACTS = ["read", "download", "edit"] as const satisfies readonly Act[];

/** A control with id ``name``, its label, a hint, and the server's word on it. */
export function field(
  name: string,
  label: string,
  control: TemplateResult,
  { trouble, hint, isWide = false }: { trouble: Trouble; hint?: string; isWide?: boolean },
): TemplateResult {
  return html`<div class="field ${isWide ? "wide" : ""}">
    <label for=${name}>${label}</label>
    ${control} ${hint ? html`<span class="hint">${hint}</span>` : nothing}
    <span class="fault" id="${name}-fault" aria-live="polite">${trouble.fields.get(name) ?? ""}</span>
  </div>`;
}

/** The field of the day on which something ends: from tomorrow to five years ahead. */
export function endField(
  label: string,
  proposed: string,
  now: Date,
  trouble: Trouble,
  name = "until",
): TemplateResult {
  const control = html`<input
    id=${name}
    name=${name}
    type="date"
    required
    min=${dayAhead(now, 1)}
    max=${dayAhead(now, 5 * 365)}
    value=${proposed}
    aria-describedby="${name}-fault"
    aria-invalid=${trouble.fields.has(name) ? "true" : nothing}
  />`;
  return field(name, label, control, { trouble });
}

/** What went wrong with the whole form. */
export function wholeTrouble(trouble: Trouble): TemplateResult | typeof nothing {
  return trouble.sentence ? html`<p class="problem" role="alert">${trouble.sentence}</p>` : nothing;
}

/** Ticks for what another unit may do; looking is part of each. */
export function actTicks(chosen: readonly Act[], legend: string): TemplateResult {
  return html`<fieldset class="field">
    <legend>${legend}</legend>
    <div class="ticks">
      ${SHARED_ACTS.map(
        (act) =>
          html`<label>
            <input
              type="checkbox"
              name="acts"
              value=${act}
              .checked=${act === "read" || chosen.includes(act)}
              ?disabled=${act === "read"}
            />
            ${text(`act_${act}`)}
          </label>`,
      )}
    </div>
  </fieldset>`;
}

/** Return the acts that are ticked: a disabled tick is in no form's data. */
export function tickedActs(fields: FormData): readonly Act[] {
  const ticked = fields.getAll("acts").map(String);
  return SHARED_ACTS.filter((act) => act === "read" || ticked.includes(act));
}

export function unitOptions(units: readonly Unit[], chosen: string | null | undefined): TemplateResult[] {
  const language = pageLanguage();
  return units.map(
    (unit) =>
      html`<option value=${unit.code} ?selected=${unit.code === chosen}>
        ${pick(language, unit.title, unit.title_en) || unit.code}
      </option>`,
  );
}

export function said(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === "string" ? value.trim() : "";
}
