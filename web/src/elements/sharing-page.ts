/** Sharing between units: closed layers, requests, what is shared, reasons that run out. */

import { LitElement, html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { listLayers } from "../api/client";
import type { AccessRequest, ClosedLayer, DueLayer, GivenShare, Layer, Me } from "../api/contract";
import { text } from "../i18n/text";
import { listUnits } from "../office/account-api";
import { byCode, decides, decidesSomewhere, type Units } from "../office/offices";
import { listClosed, listDue, listGiven, listRequests } from "../office/sharing-api";
import "./closed-list";
import "./due-list";
import { OfficePage, type OfficeParts } from "./office-page";
import { officeStyles } from "./office-styles";
import type { Tab } from "./page-tabs";
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

const PARTS: OfficeParts<Shown> = {
  title: () => text("sharing"),
  refusal: (me) => (me.is_staff ? null : text("for_staff")),
  load,
  tabs,
  part,
};

@customElement("sharing-page")
export class SharingPage extends LitElement {
  static override styles = officeStyles;
  private readonly page = new OfficePage(this, PARTS);

  protected override render(): TemplateResult {
    return this.page.render();
  }
}

async function load(me: Me): Promise<Shown> {
  const [closed, requests, due, given, layers, units] = await Promise.all([
    listClosed(),
    listRequests(),
    listDue(),
    listGiven(),
    listLayers(),
    listUnits(),
  ]);
  const ours = layers.filter((layer) => decides(me, layer.unit));
  return { closed, requests, due, given, layers: ours, units: byCode(units) };
}

function tabs(me: Me, shown: Shown): readonly Tab[] {
  const waiting = shown.requests.filter((one) => one.can_decide).length;
  const deciding = [
    { name: "decide", title: text("tab_decide"), count: waiting },
    { name: "shares", title: text("tab_shares") },
  ];
  return [
    { name: "closed", title: text("tab_closed") },
    { name: "mine", title: text("tab_mine") },
    ...(decidesSomewhere(me) ? deciding : []),
    { name: "due", title: text("tab_due"), count: shown.due.length },
  ];
}

function part(tab: string, me: Me, shown: Shown): TemplateResult {
  const { closed, requests, due, given, layers, units } = shown;
  switch (tab) {
    case "mine":
      return requestList(requests.filter((one) => isOurs(me, one)), me, units, text("requests_none"));
    case "decide":
      return requestList(requests.filter((one) => decides(me, one.owner)), me, units, text("decide_none"));
    case "shares":
      return html`<share-list .shares=${given} .layers=${layers} .me=${me} .units=${units}></share-list>`;
    case "due":
      return html`<due-list .due=${due} .me=${me} .units=${units}></due-list>`;
    default:
      return html`<closed-list .closed=${closed} .requests=${requests} .me=${me} .units=${units}></closed-list>`;
  }
}

function isOurs(me: Me, one: AccessRequest): boolean {
  return one.unit in (me.roles ?? {}) || (one.is_mine && !me.is_admin) || one.asked_by === me.name;
}

/** Those that wait first; among equals the newest. */
function requestList(requests: readonly AccessRequest[], me: Me, units: Units, empty: string): TemplateResult {
  const waits = (one: AccessRequest): number => (one.state === "pending" ? 0 : 1);
  const sorted = [...requests].sort((one, other) => waits(one) - waits(other) || other.id - one.id);
  return html`<request-list .requests=${sorted} .me=${me} .units=${units} .empty=${empty}></request-list>`;
}
