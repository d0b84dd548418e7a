/** What the pages of offices do alike: who uses them, what they show, and again when it has changed. */

import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from "lit";
import type { Me } from "../api/contract";
import { text } from "../i18n/text";
import { goSignIn, whoAmI } from "../office/account-api";
import { Sending } from "../office/sending";
import { wholeTrouble } from "./form-parts";
import { tabInAddress, type Tab } from "./page-tabs";
import "./page-tabs";

export interface OfficeParts<Shown> {
  /** What the page is called. */
  title(): string;
  /** What to say to those whom the page is not for; null: it is for them. */
  refusal(me: Me): string | null;
  load(me: Me): Promise<Shown>;
  tabs(me: Me, shown: Shown): readonly Tab[];
  part(tab: string, me: Me, shown: Shown): TemplateResult;
}

/** Who is not signed in is sent to the sign-in; the tab stands in the address alone. */
export class OfficePage<Shown> implements ReactiveController {
  private me: Me | null = null;
  private shown: Shown | null = null;
  private readonly sending: Sending;

  constructor(
    private readonly host: ReactiveControllerHost & EventTarget,
    private readonly parts: OfficeParts<Shown>,
  ) {
    this.sending = new Sending(host);
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener("popstate", this.turned);
    this.host.addEventListener("office-changed", this.refresh);
    void this.sending.run(() => this.begin());
  }

  hostDisconnected(): void {
    removeEventListener("popstate", this.turned);
    this.host.removeEventListener("office-changed", this.refresh);
  }

  private readonly turned = (): void => this.host.requestUpdate();

  private readonly refresh = (): void => void this.sending.run(() => this.load());

  private async begin(): Promise<void> {
    this.me = await whoAmI();
    if (this.me.kind === "anonymous") goSignIn();
    else await this.load();
  }

  private async load(): Promise<void> {
    if (this.me && this.parts.refusal(this.me) === null) this.shown = await this.parts.load(this.me);
  }

  render(): TemplateResult {
    const { me, shown, parts } = this;
    const refusal = me && me.kind !== "anonymous" ? parts.refusal(me) : null;
    if (refusal !== null) return html`<p class="empty">${refusal}</p>`;
    const { trouble } = this.sending;
    const waits = trouble.sentence ? nothing : html`<p class="empty" role="status">${text("loading")}</p>`;
    return html`${wholeTrouble(trouble)} ${me && shown ? this.tabbed(me, shown) : waits}`;
  }

  private tabbed(me: Me, shown: Shown): TemplateResult {
    const tabs = this.parts.tabs(me, shown);
    const current = tabInAddress(tabs);
    return html`<page-tabs
        .tabs=${tabs}
        .current=${current}
        .label=${this.parts.title()}
        @tab-chosen=${this.turned}
      ></page-tabs>
      ${this.parts.part(current, me, shown)}`;
  }
}
