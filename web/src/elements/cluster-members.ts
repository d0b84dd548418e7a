/** The features that the map draws as one: the first of them by name, and the way to see them apart. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Feature } from "geojson";
import { pageLanguage, text } from "../i18n/text";
import { featureTitle } from "../map/feature-text";
import { countText } from "../map/layer-facts";
import type { FoundCluster } from "../portal/feature-reader";
import { tell } from "./events";
import { icon } from "./icons";
import { shared, textButton } from "./shared-styles";

/** Say how many features there are. */
export function clusterTitle(count: number): string {
  return text("cluster_count", { count: countText(count, pageLanguage()) });
}

@customElement("cluster-members")
export class ClusterMembers extends LitElement {
  static override styles = [
    shared,
    textButton,
    css`
      p {
        margin: 8px 0;
        color: var(--muted);
      }
      ul {
        margin: 10px 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        border-bottom: 1px solid var(--line);
      }
      li button {
        width: 100%;
        min-height: 40px;
        padding: 8px 0;
        border: 0;
        background: none;
        color: var(--accent-strong);
        font: inherit;
        text-align: left;
        overflow-wrap: anywhere;
        cursor: pointer;
      }
      li button:hover {
        text-decoration: underline;
      }
    `,
  ];
  @property({ attribute: false }) together: FoundCluster | null = null;

  protected override render(): TemplateResult | typeof nothing {
    if (!this.together) return nothing;
    const { count, bounds, features } = this.together.cluster;
    const rest = count - features.length;
    return html`<p>${text("cluster_hint")}</p>
      <button class="button" @click=${() => tell(this, "go-to", { bounds })}>
        ${icon("frame", 16)} ${text("cluster_go")}
      </button>
      <ul>
        ${features.map((feature) => this.member(feature))}
      </ul>
      ${rest > 0 ? html`<p>${text("cluster_more", { count: rest })}</p>` : nothing}`;
  }

  private member(feature: Feature<Feature["geometry"] | null>): TemplateResult {
    const { layer } = this.together ?? {};
    const named = layer && featureTitle(layer.fields, feature.properties ?? {});
    const open = (): void => tell(this, "feature-wanted", { slug: layer?.slug ?? "", id: String(feature.id) });
    return html`<li><button @click=${open}>${named ?? `${text("feature")} ${feature.id}`}</button></li>`;
  }
}
