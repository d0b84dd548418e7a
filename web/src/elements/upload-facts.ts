/** What a file is: kind, rows, reference system, and each column before and after its repair. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { pageLanguage, pick, text } from "../i18n/text";
import type { ColumnFacts, Inspection } from "../studio/upload";
import { shared } from "./shared-styles";

@customElement("upload-facts")
export class UploadFacts extends LitElement {
  static override styles = [
    shared,
    css`
      summary {
        cursor: pointer;
        font-weight: 600;
        font-size: 15px;
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 4px 16px;
        margin: 10px 0;
      }
      dt {
        color: var(--muted);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .wide {
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
        width: 100%;
        font-size: 13px;
      }
      th,
      td {
        padding: 5px 10px 5px 0;
        border-bottom: 1px solid var(--line);
        text-align: start;
        vertical-align: top;
      }
      td {
        overflow-wrap: anywhere;
      }
      .before {
        color: var(--muted);
        text-decoration: line-through;
      }
    `,
  ];

  @property({ attribute: false }) inspection: Inspection = {};

  protected override render(): TemplateResult {
    const { inspection } = this;
    const language = pageLanguage();
    const crs = inspection.crs;
    const facts: readonly (readonly [string, string])[] = [
      [text("studio_kind"), inspection.kind ?? ""],
      [text("studio_layer_inside"), inspection.source_layer ?? ""],
      [text("studio_features"), (inspection.features ?? 0).toLocaleString(language)],
      [
        text("studio_crs"),
        crs?.taken ? `${crs.taken} · ${pick(language, crs.title_vi, crs.title)}` : "?",
      ],
      [text("studio_encoding"), inspection.encoding ?? ""],
    ];
    return html`<details>
      <summary>${text("studio_about_file")}</summary>
      <dl>
        ${facts
          .filter(([, value]) => value !== "")
          .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
      </dl>
      <div class="wide">${this.columns(inspection.fields ?? [])}</div>
    </details>`;
  }

  private columns(fields: readonly ColumnFacts[]): TemplateResult | typeof nothing {
    if (fields.length === 0) return nothing;
    return html`<table>
      <thead>
        <tr>
          <th scope="col">${text("studio_column")}</th>
          <th scope="col">${text("studio_type")}</th>
          <th scope="col">${text("studio_encoding")}</th>
          <th scope="col">${text("studio_samples")}</th>
        </tr>
      </thead>
      <tbody>
        ${fields.map(
          (field) =>
            html`<tr>
              <th scope="row">${field.name}</th>
              <td>${field.type}</td>
              <td>${field.encoding ?? ""}</td>
              <td>${this.samples(field)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private samples(field: ColumnFacts): TemplateResult | TemplateResult[] {
    const pairs = field.preview ?? [];
    if (pairs.length === 0) return html`${(field.samples ?? []).join(" · ")}`;
    return pairs.map(([before, after]) => html`<div><span class="before">${before}</span> ${after}</div>`);
  }
}
