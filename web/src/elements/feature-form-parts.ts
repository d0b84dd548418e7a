/** Parts of the form of a feature: its shape, its reason, and who else was at work on it. */

import { html, nothing, type TemplateResult } from "lit";
import type { HistoryItem } from "../api/edits";
import type { Kind } from "../edit/shape";
import { pageLanguage, text } from "../i18n/text";
import { valueText } from "../map/feature-text";

const KINDS = ["point", "line", "polygon"] as const satisfies readonly Kind[];

export interface ShapeState {
  readonly kind: Kind;
  readonly isNew: boolean;
  /** Whether one may choose what is drawn. */
  readonly isMixed: boolean;
  readonly isTouched: boolean;
  readonly fault: string | undefined;
  readonly isClash: boolean;
  readonly snaps: boolean;
  readonly choose: (kind: Kind) => void;
  readonly letSnap: (on: boolean) => void;
  readonly reset: () => void;
}

/** Say how the shape is drawn or changed on the map; let it be put back. */
export function shapePart(state: ShapeState): TemplateResult {
  const { kind, isNew } = state;
  return html`<fieldset class="shape">
    <legend>${text("edit_shape")}</legend>
    ${state.isMixed ? kindChoice(state) : nothing}
    <p>${text(isNew ? `edit_draw_${kind}` : `edit_move_${kind}`)}</p>
    ${snapChoice(state)}
    ${state.isClash ? html`<p class="clash">${text("edit_shape_clash")}</p>` : nothing}
    <span class="fault" aria-live="polite">${state.fault ?? ""}</span>
    ${state.isTouched
      ? html`<button type="button" class="button" @click=${state.reset}>${text(isNew ? "edit_draw_anew" : "edit_shape_back")}</button>`
      : nothing}
  </fieldset>`;
}

function kindChoice({ kind, choose }: ShapeState): TemplateResult {
  return html`<div class="ticks">
    ${KINDS.map(
      (one) =>
        html`<label>
          <input type="radio" name="kind" value=${one} .checked=${one === kind} @change=${() => choose(one)} />
          ${text(`edit_kind_${one}`)}
        </label>`,
    )}
  </div>`;
}

function snapChoice({ snaps, letSnap }: ShapeState): TemplateResult {
  const turn = ({ target }: Event): void => letSnap((target as HTMLInputElement).checked);
  return html`<div class="ticks">
      <label>
        <input type="checkbox" role="switch" aria-describedby="snap-words" .checked=${snaps} @change=${turn} />
        ${text("edit_snap")}
      </label>
    </div>
    <p id="snap-words" class="hint">${text("edit_snap_words")}</p>`;
}

/** A field of one line. */
export function lineOf(id: string, label: string, value: string, write: (words: string) => void): TemplateResult {
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input
      id=${id}
      maxlength="1000"
      autocomplete="off"
      .value=${value}
      @input=${(event: Event) => write((event.target as HTMLInputElement).value)}
    />
  </div>`;
}

/** Say that somebody saved this feature meanwhile, who and why, and offer to take theirs whole. */
export function conflictWords(other: HistoryItem | null, clashes: number, takeTheirs: () => void): TemplateResult {
  return html`<div class="note" role="alert">
    <p><strong>${text("edit_conflict")}</strong></p>
    ${other ? html`<p class="who">${whoWhen(other)}${other.message ? html`: “${other.message}”` : nothing}</p>` : nothing}
    <p>${text(clashes > 0 ? "edit_conflict_fields" : "edit_conflict_none", { count: clashes })}</p>
    <button type="button" class="button" @click=${takeTheirs}>${text("edit_all_theirs")}</button>
  </div>`;
}

export function goneWords(addAnew: () => void): TemplateResult {
  return html`<div class="note" role="alert">
    <p><strong>${text("edit_gone")}</strong></p>
    <button type="button" class="button" @click=${addAnew}>${text("edit_add_anew")}</button>
  </div>`;
}

/** Write who did something and when; for those who may not know who, when alone. */
export function whoWhen({ actor, at }: Pick<HistoryItem, "actor" | "at">): string {
  return [actor, valueText(at, pageLanguage())].filter(Boolean).join(", ");
}
