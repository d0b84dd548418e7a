/** The parts of a page, one shown at a time. Each is an address of its own: `?tab=name`. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shared } from "./shared-styles";

export interface Tab {
  readonly name: string;
  readonly title: string;
  /** How many things wait there. */
  readonly count?: number;
}

/** Return the tab in the address, or the first. */
export function tabInAddress(tabs: readonly Tab[]): string {
  const wanted = new URLSearchParams(location.search).get("tab");
  return (tabs.find((tab) => tab.name === wanted) ?? tabs[0])?.name ?? "";
}

@customElement("page-tabs")
export class PageTabs extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        margin-bottom: 16px;
      }
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
      }
      a {
        display: inline-flex;
        align-items: center;
        gap: 7px;
        min-height: 40px;
        padding: 6px 14px;
        border-radius: 9px;
        font-weight: 600;
        text-decoration: none;
      }
      a:hover {
        background: var(--line);
      }
      a[aria-current="page"] {
        background: var(--accent);
        color: #fff;
      }
      .count {
        min-width: 20px;
        padding: 0 6px;
        border-radius: 10px;
        background: var(--amber-back);
        color: var(--amber);
        font-size: 12px;
        line-height: 20px;
        text-align: center;
      }
      @media (max-width: 720px) {
        a {
          min-height: 44px;
          padding: 6px 11px;
        }
      }
    `,
  ];

  @property({ attribute: false }) tabs: readonly Tab[] = [];
  @property() current = "";
  @property() label = "";

  protected override render(): TemplateResult {
    return html`<nav aria-label=${this.label}>${this.tabs.map((tab) => this.link(tab))}</nav>`;
  }

  private link(tab: Tab): TemplateResult {
    return html`<a
      href="?tab=${tab.name}"
      aria-current=${tab.name === this.current ? "page" : nothing}
      @click=${(event: MouseEvent) => this.choose(event, tab.name)}
      >${tab.title}${tab.count ? html`<span class="count">${tab.count}</span>` : nothing}</a
    >`;
  }

  private choose(event: MouseEvent, name: string): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (name !== this.current) history.pushState(null, "", `?tab=${name}`);
    this.dispatchEvent(new CustomEvent("tab-chosen", { detail: name }));
  }
}
