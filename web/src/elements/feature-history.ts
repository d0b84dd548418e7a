/** What happened to one feature: who, when, why, before and after; each state can be brought back. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { LayerWithFields } from "../api/contract";
import { historyOf, restoreFeature, type HistoryItem } from "../api/edits";
import { differences } from "../edit/draft";
import { pageLanguage, pick, text, type TextKey } from "../i18n/text";
import { valueText } from "../map/feature-text";
import { whoAmI } from "../office/account-api";
import { Sending } from "../office/sending";
import { troubleOf } from "../office/trouble";
import { tell } from "./events";
import { whoWhen } from "./feature-form-parts";
import { wholeTrouble } from "./form-parts";
import { officeStyles } from "./office-styles";

@customElement("feature-history")
export class FeatureHistory extends LitElement {
  static override styles = [
    ...officeStyles,
    css`
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding: 12px 0;
        border-bottom: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
      li:last-child {
        border-bottom: 0;
      }
      h3 {
        margin: 0;
        font-size: 14px;
        line-height: 20px;
        font-weight: 600;
      }
      p {
        margin: 2px 0 0;
        line-height: 20px;
      }
      .who {
        color: var(--muted);
        font-size: 13px;
      }
      .why {
        margin-top: 4px;
      }
      table {
        width: 100%;
        margin-top: 8px;
        border-collapse: collapse;
        font-size: 13px;
        line-height: 18px;
      }
      th,
      td {
        padding: 3px 8px 3px 0;
        text-align: left;
        vertical-align: top;
        font-weight: 400;
        overflow-wrap: anywhere;
      }
      th {
        color: var(--muted);
      }
      td:nth-child(2) {
        text-decoration: line-through;
        color: var(--muted);
      }
      .button {
        margin-top: 8px;
      }
      .empty {
        padding: 20px 0;
        background: none;
      }
    `,
  ];

  @property({ attribute: false }) layer: LayerWithFields | null = null;
  @property() feature = "";
  @property({ type: Boolean }) editable = false;
  @state() private items: readonly HistoryItem[] | null = null;
  @state() private problem: string | null = null;
  private readonly sending = new Sending(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    if (!this.layer) return;
    try {
      this.items = await historyOf(this.layer.slug, this.feature);
    } catch (error) {
      this.problem = troubleOf(error).sentence;
    }
  }

  protected override render(): TemplateResult {
    if (this.problem) return html`<p class="problem" role="alert">${this.problem}</p>`;
    if (!this.items) return html`<p class="empty" role="status">${text("loading")}</p>`;
    if (this.items.length === 0) return html`<p class="empty">${text("history_none")}</p>`;
    return html`${wholeTrouble(this.sending.trouble)}
      <ol>${this.items.map((item, at) => html`<li>${this.entry(item, at === 0)}</li>`)}</ol>`;
  }

  private entry(item: HistoryItem, isNewest: boolean): TemplateResult {
    return html`<h3>${text(deedOf(item))} <span class="who">· ${text("history_revision", { revision: item.revision })}</span></h3>
      <p class="who">${whoWhen(item)}</p>
      ${item.message ? html`<p class="why">“${item.message}”</p>` : nothing} ${this.table(item)}
      ${this.editable && item.after && !isNewest
        ? html`<button class="button" ?disabled=${this.sending.isBusy} @click=${() => void this.restore(item)}>
            ${text("history_restore")}<span class="spoken"> ${text("history_revision", { revision: item.revision })}</span>
          </button>`
        : nothing}`;
  }

  private table({ before, after }: HistoryItem): TemplateResult | typeof nothing {
    const language = pageLanguage();
    const rows = before && after ? differences(this.layer?.fields ?? [], before, after) : [];
    const isMoved = before && after && JSON.stringify(before.geometry) !== JSON.stringify(after.geometry);
    return html`${rows.length > 0
      ? html`<table>
          <thead>
            <tr><th scope="col">${text("history_field")}</th><th scope="col">${text("history_before")}</th><th scope="col">${text("history_after")}</th></tr>
          </thead>
          <tbody>
            ${rows.map(
              (row) => html`<tr>
                <th scope="row">${pick(language, row.field.title, row.field.title_en) || row.field.name}</th>
                <td>${valueText(row.before, language)}</td>
                <td>${valueText(row.after, language)}</td>
              </tr>`,
            )}
          </tbody>
        </table>`
      : nothing}
    ${isMoved ? html`<p class="who">${text("history_moved")}</p>` : nothing}`;
  }

  private async restore({ revision }: HistoryItem): Promise<void> {
    const { layer, feature } = this;
    if (!layer) return;
    await this.sending.run(async () => {
      const { csrf = null } = await whoAmI();
      const message = text("history_restored_to", { revision });
      const edited = await restoreFeature({ slug: layer.slug, id: feature }, revision, { message, csrf });
      tell(this, "feature-edited", { slug: layer.slug, id: feature, revision: edited.revision, what: "restored" });
    });
  }
}

function deedOf({ before, after }: HistoryItem): TextKey {
  if (!before) return "history_added";
  return after ? "history_changed" : "history_removed";
}
