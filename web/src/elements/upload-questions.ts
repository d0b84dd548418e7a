/** What an upload asks: the reference system, the encoding, the layer inside, the mapping. */

import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { pageLanguage, pick, text } from "../i18n/text";
import { asAnswer, isComplete, optionsOf, suggestedMapping, valueOf, type Choices } from "../studio/answers";
import type { Candidate, ColumnFacts, Question } from "../studio/upload";
import { shared, textButton } from "./shared-styles";

const ENCODINGS = ["utf-8", "tcvn3", "vni", "viqr", "cp1258", "utf8-as-1252", "ascii"];

@customElement("upload-questions")
export class UploadQuestions extends LitElement {
  static override styles = [
    shared,
    textButton,
    css`
      form {
        display: grid;
        gap: 16px;
        padding: 16px 18px;
        border-radius: 10px;
        background: var(--sunken);
      }
      fieldset {
        margin: 0;
        padding: 0;
        border: 0;
        min-width: 0;
      }
      legend {
        padding: 0;
        margin-bottom: 8px;
        font-weight: 600;
      }
      .choice {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 2px 10px;
        padding: 8px 10px;
        border-radius: 8px;
        background: var(--surface);
        margin-bottom: 6px;
      }
      .choice small {
        grid-column: 2;
        color: var(--muted);
        font-size: 13px;
      }
      select {
        font: inherit;
        min-height: 34px;
        max-width: 100%;
      }
      table {
        border-collapse: collapse;
        width: 100%;
        background: var(--surface);
      }
      th,
      td {
        padding: 6px 10px;
        border-bottom: 1px solid var(--line);
        text-align: start;
        font-weight: 400;
      }
      thead th {
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) questions: readonly Question[] = [];
  @property({ attribute: false }) fields: readonly { readonly name: string; readonly title: string }[] = [];
  @property({ attribute: false }) columns: readonly ColumnFacts[] = [];
  @state() private choices: Choices = {};

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("questions")) return;
    const mapping = this.questions.find((question) => question.code === "mapping");
    this.choices = mapping ? { mapping: suggestedMapping(mapping) } : {};
  }

  protected override render(): TemplateResult {
    return html`<form @submit=${this.submit}>
      ${this.questions.map((question) => this.question(question))}
      <div>
        <button class="button primary" ?disabled=${!isComplete(this.questions, this.choices)}>
          ${text("studio_answer")}
        </button>
      </div>
    </form>`;
  }

  private question(question: Question): TemplateResult {
    const words = pick(pageLanguage(), question.vi, question.message);
    return html`<fieldset>
      <legend>${words}</legend>
      ${question.code === "mapping" ? this.mapping() : this.options(question)}
    </fieldset>`;
  }

  private options(question: Question): TemplateResult | TemplateResult[] {
    const known = question.code === "encoding" ? ENCODINGS : optionsOf(question);
    return known.map((value) => {
      const candidate = question.candidates.find((one) => valueOf(question, one) === value);
      const chosen = this.choices[question.code];
      const many = question.code === "source_layer";
      return html`<label class="choice">
        <input
          type=${many ? "checkbox" : "radio"}
          name=${question.code}
          value=${value}
          .checked=${many ? Array.isArray(chosen) && chosen.includes(value) : chosen === value}
          @change=${() => (many ? this.toggle(question.code, value) : this.choose(question.code, value))}
        />
        <span>${value}${candidate ? titleOf(candidate) : nothing}</span>
        ${candidate ? html`<small>${evidenceOf(question.code, candidate)}</small>` : nothing}
      </label>`;
    });
  }

  private mapping(): TemplateResult {
    const mapping = this.choices["mapping"];
    const chosen = isMap(mapping) ? mapping : {};
    return html`<table>
      <thead>
        <tr>
          <th scope="col">${text("studio_column")}</th>
          <th scope="col">${text("studio_field")}</th>
        </tr>
      </thead>
      <tbody>
        ${this.columns.map(
          (column) =>
            html`<tr>
              <th scope="row">
                ${column.name} <small class="quiet">${column.samples?.slice(0, 2).join(", ")}</small>
              </th>
              <td>
                <select
                  aria-label=${text("studio_field_of", { column: column.name })}
                  @change=${(event: Event) => this.map(column.name, (event.target as HTMLSelectElement).value)}
                >
                  <option value="" .selected=${!chosen[column.name]}>${text("studio_left_out")}</option>
                  ${this.fields.map(
                    (field) =>
                      html`<option value=${field.name} .selected=${chosen[column.name] === field.name}>
                        ${field.title || field.name}
                      </option>`,
                  )}
                </select>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private choose(code: string, value: string): void {
    this.choices = { ...this.choices, [code]: value };
  }

  private toggle(code: string, value: string): void {
    const before = this.choices[code];
    const kept: readonly string[] = Array.isArray(before) ? before : [];
    const after = kept.includes(value) ? kept.filter((one) => one !== value) : [...kept, value];
    this.choices = { ...this.choices, [code]: after };
  }

  private map(column: string, field: string): void {
    const before = this.choices["mapping"];
    const kept = isMap(before) ? Object.entries(before) : [];
    // A field takes one column: choosing it here takes it away there.
    const others = kept.filter(([name, taken]) => name !== column && taken !== field);
    const mine: [string, string][] = field ? [[column, field]] : [];
    this.choices = { ...this.choices, mapping: Object.fromEntries([...others, ...mine]) };
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    this.dispatchEvent(new CustomEvent("answered", { detail: asAnswer(this.choices) }));
  }
}

function titleOf(candidate: Candidate): string {
  const title = pick(pageLanguage(), str(candidate["title_vi"]), str(candidate["title"]));
  return title ? ` · ${title}` : "";
}

/** What speaks for a candidate, in one line. */
function evidenceOf(code: string, candidate: Candidate): string {
  const said: string[] = [];
  if (code === "crs") {
    said.push(text("studio_in_city", { share: percent(candidate["inside_city"]) }));
    if (typeof candidate["in_named_ward"] === "number") {
      said.push(text("studio_in_ward", { share: percent(candidate["in_named_ward"]) }));
    }
    if (typeof candidate["roads_m"] === "number") {
      said.push(text("studio_from_roads", { metres: Math.round(candidate["roads_m"]) }));
    }
    const apart = Number(candidate["distance_m"] ?? 0);
    if (apart > 0) said.push(text("studio_apart", { metres: Math.round(apart).toLocaleString(pageLanguage()) }));
    if (candidate["swapped"] === true) said.push(text("studio_swapped"));
  }
  if (typeof candidate["geometry"] === "string") said.push(candidate["geometry"]);
  if (typeof candidate["features"] === "number") {
    said.push(text("studio_rows", { rows: candidate["features"].toLocaleString(pageLanguage()) }));
  }
  const preview = candidate["preview"];
  if (Array.isArray(preview)) {
    for (const pair of preview.slice(0, 2)) {
      if (Array.isArray(pair)) said.push(`${String(pair[0])} → ${String(pair[1])}`);
    }
  }
  return said.join(" · ");
}

function percent(value: unknown): string {
  return `${Math.round(Number(value) * 100)} %`;
}

function isMap(value: Choices[string] | undefined): value is Readonly<Record<string, string>> {
  return typeof value === "object" && !Array.isArray(value);
}

function str(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
