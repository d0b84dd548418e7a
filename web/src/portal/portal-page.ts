/** What the portal page knows, and how news from one element reaches the others. */

import { getBaseStyle } from "../api/client";
import type { Layer } from "../api/contract";
import { ApiProblem } from "../api/problem";
import { listen, tell, type MapOrder } from "../elements/events";
import { pageLanguage, pick, text } from "../i18n/text";
import { BARE_BASE } from "../map/bare-base";
import type { StylePart } from "../map/stylesheet";
import { shownByDefault } from "../map/tree";
import { parseViewState, type MapName, type ShownLayer, type ViewState } from "../map/view-state";
import { isDefault, shareAddress, writeAddress } from "./address";
import { CardKeeper } from "./card-keeper";
import { Catalogue } from "./catalogue";
import { Freshness } from "./freshness";
import { followNews } from "./live";
import { pageParts, type PageParts } from "./page-parts";
import { preparePrint } from "./print";
import { Once } from "./once";
import { Stylebook } from "./stylebook";

const DRAW_AFTER_MS = 20;

export class PortalPage {
  private readonly parts: PageParts;
  private readonly catalogue: Catalogue;
  private readonly freshness: Freshness;
  private stylebook = new Stylebook();
  private readonly card: CardKeeper;
  private state: ViewState = parseViewState(location.hash);
  private troubles: Readonly<Record<string, string>> = {};
  private readonly once = new Once();
  private drawing: ReturnType<typeof setTimeout> | null = null;

  constructor(page: Document) {
    this.parts = pageParts(page);
    this.catalogue = new Catalogue({
      loaded: () => this.redraw(),
      failed: (problem) => this.refuse(problem),
    });
    this.freshness = new Freshness(this.catalogue, {
      redraw: (slug) => this.parts.map.redrawTiles(slug),
      touched: (slug, features) => this.reopen(slug, features),
      reread: (layer, isNew) => this.announce(layer, isNew ? "layer_new" : "layer_updated"),
      left: (layer) => this.takeLeave(layer),
    });
    this.card = new CardKeeper(this.parts, (feature) => this.move({ feature }));
    this.listenTo(page);
  }

  /** Draw the map and the tree, then follow the news. */
  async start(): Promise<void> {
    const { map, share } = this.parts;
    this.parts.foldPanel(matchMedia("(max-width: 720px)").matches);
    map.view = this.state.view;
    map.padding = this.parts.covered();
    map.edits = this.freshness.book;
    share.address = () => shareAddress({ ...this.state, layers: this.shown() });
    this.stylebook = new Stylebook(this.state.map);
    const base = getBaseStyle(this.state.map).catch(() => BARE_BASE);
    await this.catalogue.load();
    this.freshness.catchUp();
    map.base = await base;
    if (this.state.feature) void this.card.open([this.state.feature], null);
    followNews({
      layerChanged: (event) => void this.freshness.heard(event),
      connected: () => void this.catalogue.load().then(() => this.freshness.catchUp()),
    });
  }

  private listenTo(page: Document): void {
    const { map, coordinates } = this.parts;
    preparePrint(this.parts);
    listen(page, "catalogue-wanted", () => void this.reload());
    listen(page, "pointer-at", ({ place }) => (coordinates.pointer = place));
    listen(page, "view-changed", (view) => this.move({ view }));
    listen(page, "go-to", ({ bounds, point }) => map.goTo(bounds ?? null, point ?? null));
    listen(page, "map-ordered", ({ order }) => this.order(order));
    listen(page, "panel-toggled", ({ open }) => {
      this.parts.foldPanel(!open);
      map.padding = this.parts.covered();
    });
    listen(page, "base-chosen", ({ map: wanted }) => void this.lie(wanted));
    listen(page, "layer-toggled", ({ slug, on }) => this.toggle(slug, on));
    listen(page, "layer-faded", ({ slug, opacity }) => this.fade(slug, opacity));
    this.listenForCard(page);
    this.listenForEdits(page);
    addEventListener("hashchange", () => this.adopt());
    page.addEventListener("keydown", (event) => this.shortcut(event));
  }

  private listenForCard(page: Document): void {
    listen(page, "features-picked", ({ features, place }) => void this.card.open(features, place));
    listen(page, "feature-wanted", (ref) => {
      void this.card.open([ref], null).then(() => this.parts.card.takeFocus());
    });
    listen(page, "card-turned", ({ index }) => void this.card.turn(index));
    listen(page, "selection-cleared", () => {
      this.card.close();
      this.parts.map.takeFocus();
    });
    listen(page, "place-wanted", ({ place }) => {
      this.parts.map.goTo(null, place);
      void this.card.open([], place);
    });
  }

  private listenForEdits(page: Document): void {
    const { map } = this.parts;
    listen(page, "sketch-wanted", ({ kind, geometry, drawing }) => {
      map.padding = this.parts.covered();
      map.beginSketch(kind, geometry, drawing);
    });
    listen(page, "snapping-switched", ({ on }) => map.letSnap(on));
    listen(page, "sketch-ended", () => {
      map.endSketch();
      map.padding = this.parts.covered();
    });
    listen(page, "feature-adding", ({ slug }) => {
      this.toggle(slug, true);
      void this.card.add(slug);
    });
    listen(page, "feature-edited", (edited) => {
      this.freshness.expect(edited.slug, edited.revision);
      void this.card.edited(edited);
    });
  }

  private shown(): readonly ShownLayer[] {
    const defaults = shownByDefault(this.catalogue.layers);
    return this.state.layers ?? defaults.map(({ slug }) => ({ slug, opacity: 1 }));
  }

  private show(shown: readonly ShownLayer[]): void {
    const plain = isDefault(shown, shownByDefault(this.catalogue.layers));
    this.move({ layers: plain ? null : shown });
    this.redraw();
  }

  private toggle(slug: string, on: boolean): void {
    const shown = this.shown();
    if (shown.some((layer) => layer.slug === slug) === on) return;
    const others = shown.filter((layer) => layer.slug !== slug);
    this.show(on ? [...others, { slug, opacity: 1 }] : others);
  }

  /** Lay another map under the layers; the one of before stays until all of it is here. */
  private async lie(map: MapName): Promise<void> {
    this.move({ map });
    const book = new Stylebook(map);
    const layers = this.drawnLayers(this.shown());
    const base = getBaseStyle(map).catch(() => BARE_BASE);
    await Promise.allSettled(layers.map((layer) => book.load(layer)));
    const ground = await base;
    if ((this.state.map ?? "base") !== map) return;
    this.stylebook = book;
    this.parts.map.base = ground;
    this.redraw();
  }

  private fade(slug: string, opacity: number): void {
    this.show(this.shown().map((layer) => (layer.slug === slug ? { slug, opacity } : layer)));
  }

  private move(change: Partial<ViewState>): void {
    this.state = { ...this.state, ...change };
    const { tree, scale, coordinates, inset, map } = this.parts;
    const view = this.state.view;
    if (view) {
      tree.zoom = view.zoom;
      scale.view = view;
      inset.view = view;
      coordinates.centre = [view.lon, view.lat];
    }
    if (map.dataset["state"] === "ready") writeAddress(this.state);
  }

  /** Take over an address that was typed or clicked while the page is open. */
  private adopt(): void {
    const before = this.state.map;
    this.state = parseViewState(location.hash);
    if (this.state.map !== before) void this.lie(this.state.map ?? "base");
    if (this.state.view) this.parts.map.jumpTo(this.state.view);
    this.redraw();
    if (this.state.feature) void this.card.open([this.state.feature], null);
    else this.card.close();
  }

  private async reload(): Promise<void> {
    this.parts.tree.status = "loading";
    await this.catalogue.load();
  }

  private refuse(problem: ApiProblem): void {
    this.parts.tree.status = "failed";
    this.parts.tree.problem = problem.sentence(pageLanguage());
  }

  /** Give every element what it shows; fetch the stylesheets still missing, then draw again. */
  private redraw(): void {
    const { tree, map, credits } = this.parts;
    const shown = this.shown();
    const layers = this.drawnLayers(shown);
    const dress = this.state.map ?? "base";
    this.parts.base.map = dress;
    tree.map = dress;
    tree.layers = this.catalogue.layers;
    tree.shown = shown;
    tree.status = "ready";
    tree.troubles = this.troubles;
    tree.appearsAt = Object.fromEntries(
      layers.map(({ slug }) => [slug, this.stylebook.startOf(slug)]),
    );
    map.parts = this.styleParts(layers, shown);
    credits.credits = creditsOf(layers);
    for (const layer of layers) void this.fetchStyle(layer);
  }

  private drawnLayers(shown: readonly ShownLayer[]): readonly Layer[] {
    const slugs = new Set(shown.map((layer) => layer.slug));
    return this.catalogue.layers
      .filter((layer) => slugs.has(layer.slug))
      .toSorted((a, b) => a.draw_order - b.draw_order);
  }

  private styleParts(
    layers: readonly Layer[],
    shown: readonly ShownLayer[],
  ): readonly StylePart[] {
    const opacity = new Map(shown.map((layer) => [layer.slug, layer.opacity]));
    return layers.flatMap(({ slug }) => {
      const style = this.stylebook.styleOf(slug);
      return style ? [{ slug, style, opacity: opacity.get(slug) ?? 1 }] : [];
    });
  }

  /** Fetch a stylesheet once, however often the page is drawn before it comes. */
  private fetchStyle(layer: Layer): Promise<void> {
    return this.once.run(`${layer.slug}@${layer.revision} ${this.stylebook.map}`, () => this.loadStyle(layer));
  }

  private async loadStyle(layer: Layer): Promise<void> {
    const before = this.stylebook.styleOf(layer.slug);
    try {
      await this.stylebook.load(layer);
      if (this.stylebook.styleOf(layer.slug) !== before) this.note(layer.slug, null);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      const said = error.sentence(pageLanguage()) ?? text("layer_failed");
      if (this.troubles[layer.slug] !== said) this.note(layer.slug, said);
    }
  }

  private note(slug: string, trouble: string | null): void {
    const others = Object.entries(this.troubles).filter(([known]) => known !== slug);
    this.troubles = Object.fromEntries(trouble ? [...others, [slug, trouble]] : others);
    this.redrawSoon();
  }

  /** Draw once for all the stylesheets that come at the same moment. */
  private redrawSoon(): void {
    if (this.drawing !== null) return;
    this.drawing = setTimeout(() => {
      this.drawing = null;
      this.redraw();
    }, DRAW_AFTER_MS);
  }

  private announce(layer: Layer, what: "layer_new" | "layer_updated" | "layer_left"): void {
    const title = pick(pageLanguage(), layer.title, layer.title_en);
    tell(document, "notice", { text: text(what, { title }) });
  }

  /** Say that a layer is not there any more, and close the card of what was in it. */
  private takeLeave(layer: Layer): void {
    this.announce(layer, "layer_left");
    if (this.state.feature?.slug === layer.slug) this.card.close();
  }

  /** Read the open card again if its feature is among those that changed. */
  private reopen(slug: string, features: readonly string[] | null): void {
    const { feature } = this.state;
    if (feature?.slug !== slug || (features && !features.includes(feature.id))) return;
    void this.card.reread();
  }

  private order(order: MapOrder): void {
    const { map } = this.parts;
    if (order === "zoom-in") map.zoomBy(1);
    else if (order === "zoom-out") map.zoomBy(-1);
    else if (order === "north") map.faceNorth();
    else map.goHome();
  }

  private shortcut(event: KeyboardEvent): void {
    const target = event.composedPath()[0];
    const isTyping = 
      target instanceof HTMLInputElement ||
      target instanceof HTMLTextAreaElement ||
      target instanceof HTMLSelectElement;
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      event.preventDefault();
      this.parts.search.focus();
    } else if (event.key.toLowerCase() === "c") {
      this.parts.coordinates.copy(event.shiftKey ? "WGS 84" : "VN-2000");
    } else if (event.key === "Escape") this.card.close();
  }
}

function creditsOf(layers: readonly Layer[]): readonly string[] {
  return [...new Set(layers.map((layer) => layer.attribution).filter((words) => !!words))] as string[];
}
