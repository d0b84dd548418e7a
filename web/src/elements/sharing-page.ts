/** Sharing between units: closed layers, requests, what is shared, reasons that run out. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { listLayers } from "../api/client";
import type { AccessRequest, ClosedLayer, DueLayer, GivenShare, Layer, Me } from "../api/contract";
import { text } from "../i18n/text";
import { goSignIn, listUnits, whoAmI } from "../office/account-api";
import { byCode, holds, type Units } from "../office/offices";
import { Sending } from "../office/sending";
import { listClosed, listDue, listGiven, listRequests } from "../office/sharing-api";
import "./closed-list";
import "./due-list";
import { wholeTrouble } from "./form-parts";
import { officeStyles } from "./office-styles";
import { tabInAddress, type Tab } from "./page-tabs";
import "./page-tabs";
import "./request-list";
import "./share-list";

interface Shown {
  readonly closed: readonly ClosedLayer[];
  readonly requests: readonly AccessRequest[];
  readonly due: readonly DueLayer[];
  readonly given: readonly GivenShare[];
  readonly layers: readonly Layer[];
  readonly units: Units;
}

@customElement("sharing-page")
export class SharingPage extends LitElement {
  static override styles = officeStyles;
  @state() private me: Me | null = null;
  @state() private shown: Shown | null = null;
  @state() private tab = "";
  private readonly sending = new Sending(this);

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("popstate", this.readAddress);
    this.addEventListener("office-changed", this.refresh);
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("popstate", this.readAddress);
    this.removeEventListener("office-changed", this.refresh);
  }

  private readonly readAddress = (): void => {
    this.tab = tabInAddress(this.tabs());
  };

  private readonly refresh = (): void => void this.sending.run(() => this.load());

  private async begin(): Promise<void> {
    await this.sending.run(async () => {
      this.me = await whoAmI();
      if (this.me.kind === "anonymous") goSignIn();
      else if (this.me.is_staff) await this.load();
    });
  }

  private async load(): Promise<void> {
    const [closed, requests, due, given, layers, units] = await Promise.all([
      listClosed(),
      listRequests(),
      listDue(),
      listGiven(),
      listLayers(),
      listUnits(),
    ]);
    const shared = layers.filter((layer) => this.decides(layer.unit));
    this.shown = { closed, requests, due, given, layers: shared, units: byCode(units) };
    this.tab ||= tabInAddress(this.tabs());
  }

  private decides(unit: string | null | undefined): boolean {
    return this.me?.is_admin === true || (!!unit && holds(this.me?.roles?.[unit], "publisher"));
  }

  private get isDecider(): boolean {
    return this.me?.is_admin === true || Object.values(this.me?.roles ?? {}).some((role) => holds(role, "publisher"));
  }

  private tabs(): readonly Tab[] {
    const waiting = this.shown?.requests.filter((one) => one.can_decide).length ?? 0;
    return [
      { name: "closed", title: text("tab_closed") },
      { name: "mine", title: text("tab_mine") },
      ...(this.isDecider
        ? [
            { name: "decide", title: text("tab_decide"), count: waiting },
            { name: "shares", title: text("tab_shares") },
          ]
        : []),
      { name: "due", title: text("tab_due"), count: this.shown?.due.length ?? 0 },
    ];
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.me && this.me.kind !== "anonymous" && !this.me.is_staff) {
      return html`<p class="empty">${text("for_staff")}</p>`;
    }
    return html`${wholeTrouble(this.sending.trouble)}
      ${this.shown
        ? html`<page-tabs
              .tabs=${this.tabs()}
              .current=${this.tab}
              .label=${text("sharing")}
              @tab-chosen=${(event: CustomEvent<string>) => (this.tab = event.detail)}
            ></page-tabs>
            ${this.chosen(this.shown)}`
        : this.sending.trouble.sentence
          ? nothing
          : html`<p class="empty" role="status">${text("loading")}</p>`}`;
  }

  private chosen(shown: Shown): TemplateResult {
    const { closed, requests, due, given, layers, units } = shown;
    switch (this.tab) {
      case "mine":
        return this.requestList(requests.filter((one) => this.isOurs(one)), "requests_none");
      case "decide":
        return this.requestList(requests.filter((one) => this.decides(one.owner)), "decide_none");
      case "shares":
        return html`<share-list .shares=${given} .layers=${layers} .me=${this.me} .units=${units}></share-list>`;
      case "due":
        return html`<due-list .due=${due} .units=${units}></due-list>`;
      default:
        return html`<closed-list .closed=${closed} .requests=${requests} .me=${this.me} .units=${units}></closed-list>`;
    }
  }

  private isOurs(one: AccessRequest): boolean {
    return one.unit in (this.me?.roles ?? {}) || (one.is_mine && !this.me?.is_admin) || one.asked_by === this.me?.name;
  }

  /** Those that wait first; among equals the newest. */
  private requestList(requests: readonly AccessRequest[], empty: "requests_none" | "decide_none"): TemplateResult {
    const waits = (one: AccessRequest): number => (one.state === "pending" ? 0 : 1);
    const sorted = [...requests].sort((one, other) => waits(one) - waits(other) || other.id - one.id);
    return html`<request-list
      .requests=${sorted}
      .me=${this.me}
      .units=${this.shown?.units ?? new Map()}
      .empty=${text(empty)}
    ></request-list>`;
  }
}
