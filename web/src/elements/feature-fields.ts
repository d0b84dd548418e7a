/** One control for each field of a feature, by its type and the rule it keeps. */

import { html, nothing, type TemplateResult } from "lit";
import type { Field } from "../api/contract";
import type { FieldRule } from "../api/edits";
import { hasChoices, type Clash } from "../edit/draft";
import { pageLanguage, pick, text } from "../i18n/text";

/** Above this many characters a text gets several lines. */
const LONG = 60;

export interface FieldState {
  readonly id: string;
  readonly field: Field;
  readonly rule: FieldRule | undefined;
  readonly typed: string;
  readonly fault: string | undefined;
  readonly clash: Clash | undefined;
  readonly write: (typed: string) => void;
}

/** Return the control with its label, its hint, what is wrong, and what somebody else saved. */
export function fieldRow(state: FieldState): TemplateResult {
  const { id, field, rule, fault } = state;
  const title = pick(pageLanguage(), field.title, field.title_en) || field.name;
  const hint = hintOf(rule);
  return html`<div class="field">
    <label for=${id}>${title}${rule?.required ? html` <span class="needed">(${text("edit_required")})</span>` : nothing}</label>
    ${control(state)}
    ${hint ? html`<span class="hint" id="${id}-hint">${hint}</span>` : nothing}
    <span class="fault" id="${id}-fault" aria-live="polite">${fault ?? ""}</span>
    ${state.clash ? clashLine(state, state.clash, title) : nothing}
  </div>`;
}

function clashLine({ id, typed, rule, write }: FieldState, { mine, theirs }: Clash, title: string): TemplateResult {
  const isTheirs = typed === theirs;
  const other = isTheirs ? mine : theirs;
  return html`<p class="clash" id="${id}-clash">
    <span>${text(isTheirs ? "edit_yours_was" : "edit_they_saved")} <b>${choiceTitle(rule, other)}</b></span>
    <button
      type="button"
      class="button"
      aria-label="${text(isTheirs ? "edit_take_mine" : "edit_take_theirs")}: ${title}"
      @click=${() => write(other)}
    >
      ${text(isTheirs ? "edit_take_mine" : "edit_take_theirs")}
    </button>
  </p>`;
}

function choiceTitle(rule: FieldRule | undefined, value: string): string {
  if (value === "") return text("edit_empty");
  return rule?.values?.find((choice) => choice.value === value)?.title || value;
}

function hintOf(rule: FieldRule | undefined): string {
  const { minimum, maximum } = rule ?? {};
  const [least, most] = [minimum ?? null, maximum ?? null];
  if (least !== null && most !== null) return text("edit_between", { least, most });
  if (least !== null) return text("edit_at_least", { least });
  return most === null ? "" : text("edit_at_most", { most });
}

function control(state: FieldState): TemplateResult {
  const { field, rule } = state;
  if (hasChoices(rule)) return choice(state, (rule?.values ?? []).map(({ value, title }) => [value, title || value]));
  if (field.type === "boolean") return choice(state, [["true", text("yes")], ["false", text("no")]]);
  const isLong = field.type === "text" && (state.typed.length > LONG || state.typed.includes("\n"));
  return isLong ? area(state) : line(state);
}

function choice(state: FieldState, options: readonly (readonly [string, string])[]): TemplateResult {
  const { id, typed, fault, write } = state;
  const isStrange = typed !== "" && !options.some(([value]) => value === typed);
  const all = [["", "—"] as const, ...options, ...(isStrange ? [[typed, typed] as const] : [])];
  return html`<select
    id=${id}
    aria-invalid=${fault ? "true" : nothing}
    aria-describedby=${describedBy(state)}
    @change=${(event: Event) => write((event.target as HTMLSelectElement).value)}
  >
    ${all.map(([value, title]) => html`<option value=${value} .selected=${value === typed}>${title}</option>`)}
  </select>`;
}

function area(state: FieldState): TemplateResult {
  const { id, typed, rule, fault, write } = state;
  return html`<textarea
    id=${id}
    rows="4"
    maxlength=${rule?.max_length ?? nothing}
    aria-invalid=${fault ? "true" : nothing}
    aria-describedby=${describedBy(state)}
    .value=${typed}
    @input=${(event: Event) => write((event.target as HTMLTextAreaElement).value)}
  ></textarea>`;
}

function line(state: FieldState): TemplateResult {
  const { id, field, typed, rule, fault, write } = state;
  const isNumber = field.type === "integer" || field.type === "real";
  const type = { date: "date", datetime: "datetime-local" }[field.type] ?? "text";
  return html`<input
    id=${id}
    type=${type}
    step=${field.type === "datetime" ? "1" : nothing}
    inputmode=${isNumber ? "decimal" : nothing}
    autocomplete="off"
    maxlength=${rule?.max_length ?? nothing}
    aria-invalid=${fault ? "true" : nothing}
    aria-describedby=${describedBy(state)}
    .value=${typed}
    @input=${(event: Event) => write((event.target as HTMLInputElement).value)}
  />`;
}

function describedBy({ id, rule, clash }: FieldState): string {
  return [hintOf(rule) && `${id}-hint`, `${id}-fault`, clash && `${id}-clash`].filter(Boolean).join(" ");
}
