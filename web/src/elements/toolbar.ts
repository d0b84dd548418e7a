/** The buttons beside the map: share, print, language, sign-in, fold, credits, passing notices. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Me } from "../api/contract";
import { pageLanguage, text, type Language } from "../i18n/text";
import { whoAmI } from "../office/account-api";
import { copyText } from "./copy-value";
import { listen, tell } from "./events";
import { icon } from "./icons";
import { shared } from "./shared-styles";

const toolStyles = css`
  button,
  a {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    height: 34px;
    padding: 0 10px;
    border-radius: 8px;
    font-size: 13.5px;
    font-weight: 500;
    color: var(--ink);
    text-decoration: none;
    white-space: nowrap;
  }
  button:hover,
  a:hover {
    background: var(--hover);
  }
  @media (max-width: 720px) {
    .words {
      display: none;
    }
    button,
    a {
      justify-content: center;
      min-width: 44px;
      height: 44px;
      padding: 0 8px;
    }
  }
`;

@customElement("share-button")
export class ShareButton extends LitElement {
  static override styles = [shared, toolStyles];
  /** The address that shows exactly this map. */
  @property({ attribute: false }) address: () => string = () => location.href;

  protected override render(): TemplateResult {
    return html`<button title=${text("share_hint")} aria-label=${text("share_hint")} @click=${this.share}>
      ${icon("share", 18)}<span class="words">${text("share")}</span>
    </button>`;
  }

  private share(): void {
    void copyText(this, this.address());
  }
}

@customElement("print-button")
export class PrintButton extends LitElement {
  static override styles = [shared, toolStyles];

  protected override render(): TemplateResult {
    return html`<button title=${text("print")} aria-label=${text("print")} @click=${() => print()}>
      ${icon("print", 18)}<span class="words">${text("print")}</span>
    </button>`;
  }
}

@customElement("language-switch")
export class LanguageSwitch extends LitElement {
  static override styles = [shared, toolStyles];

  protected override render(): TemplateResult {
    const other: Language = pageLanguage() === "vi" ? "en" : "vi";
    const words = other === "en" ? "English" : "Tiếng Việt";
    return html`<a
      href="?lang=${other}"
      hreflang=${other}
      lang=${other}
      title=${words}
      @click=${(event: Event) => this.go(event, other)}
      >${other === "en" ? "EN" : "VI"}<span class="spoken"> ${words}</span></a
    >`;
  }

  /** Keep the map as it is: only the language in the address changes. */
  private go(event: Event, language: Language): void {
    event.preventDefault();
    const address = new URL(location.href);
    address.searchParams.set("lang", language);
    location.assign(address);
  }
}

@customElement("session-badge")
export class SessionBadge extends LitElement {
  static override styles = [
    shared,
    toolStyles,
    css`
      .who {
        max-width: 120px;
        overflow: hidden;
        text-overflow: ellipsis;
      }
    `,
  ];
  @state() private me: Me | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    whoAmI().then(
      (me) => (this.me = me),
      // The tree says that the server is away; the way to sign in stays.
      () => (this.me = { kind: "anonymous", name: null }),
    );
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.me) return nothing;
    if (this.me.kind === "anonymous") {
      return html`<a href="/login" @click=${this.remember}>
        ${icon("person", 17)}<span>${text("sign_in")}</span>
      </a>`;
    }
    const words = text("account_of", { name: this.me.name ?? "" });
    return html`<a href="/account" title=${words} aria-label=${words}>
      ${icon("person", 17)}<span class="who">${this.me.name}</span>
    </a>`;
  }

  private remember(event: Event): void {
    const link = event.currentTarget as HTMLAnchorElement;
    link.href = `/login?next=${encodeURIComponent(location.pathname + location.search + location.hash)}`;
  }
}

@customElement("panel-fold")
export class PanelFold extends LitElement {
  static override styles = [
    shared,
    css`
      .icon-button {
        width: 42px;
        height: 42px;
        border-radius: 10px;
        color: var(--accent);
      }
      .icon-button[aria-expanded="true"] {
        background: var(--accent-tint);
      }
    `,
  ];
  @property({ type: Boolean }) open = true;

  protected override render(): TemplateResult {
    const words = text(this.open ? "hide_layers" : "show_layers");
    return html`<button
      class="icon-button"
      aria-expanded=${this.open ? "true" : "false"}
      aria-label=${words}
      title=${words}
      @click=${() => tell(this, "panel-toggled", { open: !this.open })}
    >
      ${icon("layers", 21)}
    </button>`;
  }
}

@customElement("map-credits")
export class MapCredits extends LitElement {
  static override styles = [
    shared,
    css`
      p {
        margin: 0;
        font-size: 11px;
        line-height: 15px;
        color: var(--ink);
        text-shadow: 0 0 2px #fff, 0 0 2px #fff, 0 0 4px #fff;
        text-wrap: balance;
      }
    `,
  ];
  /** Whose data are on the map, each named once. */
  @property({ attribute: false }) credits: readonly string[] = [];

  protected override render(): TemplateResult {
    const all = [...this.credits, "MapLibre"].join(" · ");
    return html`<p title=${all}>${all}</p>`;
  }
}

@customElement("notice-line")
export class NoticeLine extends LitElement {
  static override styles = [
    shared,
    css`
      div {
        max-width: min(560px, 92vw);
        padding: 9px 16px;
        border-radius: 9px;
        background: var(--ink);
        color: var(--surface);
        font-size: 13.5px;
        overflow-wrap: anywhere;
        box-shadow: var(--shadow-high);
      }
    `,
  ];
  @state() private words = "";
  private timer = 0;

  constructor() {
    super();
    listen(document, "notice", (notice) => this.say(notice.text));
  }

  protected override render(): TemplateResult {
    return html`<span role="status">${this.words ? html`<div>${this.words}</div>` : nothing}</span>`;
  }

  private say(words: string): void {
    this.words = words;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => (this.words = ""), 4_500);
  }
}
