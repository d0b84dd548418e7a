/** Search for layers, features and typed coordinates: a combobox with a list of answers. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { search } from "../api/client";
import type { LonLat, SearchHit } from "../api/contract";
import { ApiProblem } from "../api/problem";
import { pageLanguage, pick, text } from "../i18n/text";
import { parsePosition, vn2000Text, wgs84Text } from "../map/coordinates";
import { matchSpan, vnKey } from "../map/place-key";
import { tell } from "./events";
import { icon } from "./icons";
import { searchStyles } from "./place-search-styles";
import { shared } from "./shared-styles";

const PAUSE_MS = 180;

interface Answer {
  readonly title: string;
  readonly subtitle: string;
  readonly icon: "layers" | "pin" | "locate";
  readonly choose: () => void;
}

@customElement("place-search")
export class PlaceSearch extends LitElement {
  static override styles = [shared, searchStyles];

  @state() private typed = "";
  @state() private answers: readonly Answer[] = [];
  @state() private active = -1;
  @state() private open = false;
  @state() private busy = false;
  @state() private problem: string | null = null;
  @query("input") private input!: HTMLInputElement;
  private timer = 0;
  private asking: AbortController | null = null;

  /** Put the caret into the box. */
  override focus(): void {
    this.input.focus();
    this.input.select();
  }

  protected override render(): TemplateResult {
    const isOpen = this.open && this.typed.trim() !== "";
    return html`<div class="box ${isOpen ? "open" : ""}" role="search">
      <span class="glass">${icon("search", 18)}</span>
      <input
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck="false"
        enterkeyhint="search"
        placeholder=${text("search_placeholder")}
        aria-label=${text("search_label")}
        aria-autocomplete="list"
        aria-controls="answers"
        aria-expanded=${isOpen ? "true" : "false"}
        aria-activedescendant=${this.active >= 0 ? `answer-${this.active}` : nothing}
        .value=${this.typed}
        @input=${this.typing}
        @keydown=${this.key}
        @focus=${() => (this.open = true)}
        @blur=${() => (this.open = false)}
      />
      ${this.busy ? html`<span class="busy" aria-hidden="true"></span>` : nothing}
      ${this.typed === "" ? nothing : this.clearButton()}
    </div>
    <ul id="answers" role="listbox" aria-label=${text("search_answers")} ?hidden=${!isOpen}>
      ${this.answers.map((answer, index) => this.answer(answer, index))}
      ${this.answers.length === 0 && isOpen ? this.nothingYet() : nothing}
    </ul>
    <span class="spoken" role="status">${isOpen ? this.spokenCount() : ""}</span>`;
  }

  private clearButton(): TemplateResult {
    return html`<button
      class="icon-button"
      aria-label=${text("clear_search")}
      title=${text("clear_search")}
      @mousedown=${(event: Event) => event.preventDefault()}
      @click=${this.clear}
    >
      ${icon("close", 16)}
    </button>`;
  }

  private answer(answer: Answer, index: number): TemplateResult {
    return html`<li
      id="answer-${index}"
      role="option"
      aria-selected=${index === this.active ? "true" : "false"}
      @mousedown=${(event: Event) => event.preventDefault()}
      @mousemove=${() => (this.active = index)}
      @click=${() => this.take(answer)}
    >
      <span class="answer-icon">${icon(answer.icon, 17)}</span>
      <span class="answer-words">
        <span class="answer-title">${this.marked(answer.title)}</span>
        <span class="answer-under">${answer.subtitle}</span>
      </span>
    </li>`;
  }

  private marked(title: string): TemplateResult {
    const name = title.normalize("NFC");
    const span = matchSpan(name, this.typed);
    if (!span) return html`${name}`;
    const [start, end] = span;
    return html`${name.slice(0, start)}<mark>${name.slice(start, end)}</mark>${name.slice(end)}`;
  }

  private nothingYet(): TemplateResult {
    const words = this.problem ?? (this.busy ? text("searching") : text("nothing_found"));
    return html`<li class="none" role="option" aria-disabled="true" aria-selected="false">
      ${words}
    </li>`;
  }

  private spokenCount(): string {
    if (this.busy) return text("searching");
    return text("answers_found", { count: this.answers.length });
  }

  private typing(event: Event): void {
    this.typed = (event.target as HTMLInputElement).value;
    this.open = true;
    this.active = -1;
    clearTimeout(this.timer);
    this.asking?.abort();
    const place = parsePosition(this.typed);
    this.problem = null;
    if (place) this.settle([this.positionAnswer(place)]);
    else if (vnKey(this.typed) === "") this.settle([]);
    else {
      this.busy = true;
      this.timer = window.setTimeout(() => void this.ask(this.typed), PAUSE_MS);
    }
  }

  private settle(answers: readonly Answer[]): void {
    this.busy = false;
    this.answers = answers;
    this.active = answers.length > 0 ? 0 : -1;
  }

  private async ask(typed: string): Promise<void> {
    const asking = new AbortController();
    this.asking = asking;
    try {
      const hits = await search(typed.trim(), asking.signal);
      if (!asking.signal.aborted) this.settle(hits.map((hit) => this.hitAnswer(hit)));
    } catch (error) {
      if (asking.signal.aborted) return;
      const said = error instanceof ApiProblem ? error.sentence(pageLanguage()) : null;
      this.problem = said ?? text("search_failed");
      this.settle([]);
    }
  }

  private hitAnswer(hit: SearchHit): Answer {
    const language = pageLanguage();
    const under = pick(language, hit.subtitle, hit.subtitle_en);
    return {
      title: pick(language, hit.title, hit.title_en),
      subtitle: under || text(hit.kind === "layer" ? "layer" : "place"),
      icon: hit.kind === "layer" ? "layers" : "pin",
      choose: () => {
        tell(this, "layer-toggled", { slug: hit.layer, on: true });
        tell(this, "go-to", { bounds: hit.bounds, point: hit.bounds ? null : hit.point });
        if (hit.kind === "feature" && hit.id !== null) {
          tell(this, "feature-wanted", { slug: hit.layer, id: String(hit.id) });
        }
      },
    };
  }

  private positionAnswer(place: LonLat): Answer {
    return {
      title: wgs84Text(place),
      subtitle: `VN-2000 ${vn2000Text(place)}`,
      icon: "locate",
      choose: () => tell(this, "place-wanted", { place }),
    };
  }

  private key(event: KeyboardEvent): void {
    const count = this.answers.length;
    const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const move = moves[event.key];
    if (move !== undefined && count > 0) {
      event.preventDefault();
      this.open = true;
      this.active = (this.active + move + count) % count;
      this.updateComplete.then(() => this.revealActive(), () => undefined);
    } else if (event.key === "Enter") {
      const answer = this.answers[Math.max(this.active, 0)];
      if (answer && !this.busy) this.take(answer);
    } else if (event.key === "Escape") {
      if (this.open && this.typed !== "") this.open = false;
      else this.clear();
    }
  }

  private revealActive(): void {
    this.renderRoot.querySelector(`#answer-${this.active}`)?.scrollIntoView({ block: "nearest" });
  }

  private take(answer: Answer): void {
    this.typed = answer.title;
    this.open = false;
    answer.choose();
    this.input.blur();
  }

  private clear(): void {
    this.asking?.abort();
    clearTimeout(this.timer);
    this.typed = "";
    this.settle([]);
    this.input.focus();
  }
}
