/** What was found in a file: the gravest first, with advice, and the list to download. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { pageLanguage, pick, text } from "../i18n/text";
import { gravestFirst, type Finding } from "../studio/upload";
import { shared, textButton } from "./shared-styles";

@customElement("finding-list")
export class FindingList extends LitElement {
  static override styles = [
    shared,
    textButton,
    css`
      h3 {
        margin: 0 0 8px;
        font-size: 15px;
        font-weight: 600;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
        display: grid;
        gap: 6px;
      }
      li {
        padding: 8px 12px;
        border-radius: 8px;
        background: var(--sunken);
        border-inline-start: 4px solid var(--line-strong);
      }
      li.warning {
        border-color: var(--amber);
      }
      li.error {
        border-color: var(--red);
      }
      strong {
        font-weight: 600;
      }
      small {
        display: block;
        color: var(--muted);
        font-size: 13px;
      }
      .links {
        display: flex;
        gap: 14px;
        margin: 10px 0 0;
      }
    `,
  ];

  @property({ attribute: false }) findings: readonly Finding[] = [];
  @property() path = "";

  protected override render(): TemplateResult | typeof nothing {
    if (this.findings.length === 0) return nothing;
    const hasPlaces = this.findings.some((finding) => (finding.count ?? 0) > 0);
    return html`<section>
      <h3>${text("studio_findings")}</h3>
      <ul>
        ${gravestFirst(this.findings).map((finding) => this.item(finding))}
      </ul>
      ${hasPlaces
        ? html`<p class="links">
            <a href="${this.path}/findings.csv" download>${text("studio_findings_csv")}</a>
            <a href="${this.path}/findings.geojson" download>${text("studio_findings_geojson")}</a>
          </p>`
        : nothing}
    </section>`;
  }

  private item(finding: Finding): TemplateResult {
    const language = pageLanguage();
    const advice = pick(language, finding.advice_vi, finding.advice);
    return html`<li class=${finding.severity}>
      <span class="spoken">${text(`severity_${finding.severity}`)}:</span>
      ${finding.where ? html`<strong>${finding.where}: </strong>` : nothing}${pick(
        language,
        finding.vi,
        finding.message,
      )}
      ${advice ? html`<small>${advice}</small>` : nothing}
    </li>`;
  }
}
