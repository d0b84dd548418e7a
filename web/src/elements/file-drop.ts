/** Where files are chosen; a drop anywhere on the page counts. Tells `files-chosen` with all of them. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { text } from "../i18n/text";
import type { Chosen } from "../studio/bundles";
import { chosenIn, droppedIn } from "../studio/chosen";
import { shared, textButton } from "./shared-styles";

/** What `files-chosen` carries: the files, once the folders among them are read. */
export type FilesChosen = Promise<readonly Chosen[]>;

@customElement("file-drop")
export class FileDrop extends LitElement {
  static override styles = [
    shared,
    textButton,
    css`
      .drop {
        display: grid;
        gap: 10px;
        padding: 18px;
        border: 2px dashed var(--line-strong);
        border-radius: 14px;
        background: var(--surface);
      }
      .drop.over {
        border-color: var(--accent);
        background: var(--accent-tint);
      }
      h2,
      p {
        margin: 0;
      }
      h2 {
        font-size: 16px;
        line-height: 22px;
        font-weight: 600;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      label {
        position: relative;
        cursor: pointer;
      }
      input {
        position: absolute;
        width: 1px;
        height: 1px;
        opacity: 0;
      }
      input:focus-visible + .button {
        outline: 2px solid var(--focus);
        outline-offset: 2px;
      }
      @media (pointer: coarse) {
        .button {
          min-height: 44px;
        }
      }
    `,
  ];

  @state() private isOver = false;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("dragover", this.over);
    addEventListener("dragleave", this.leave);
    addEventListener("drop", this.drop);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("dragover", this.over);
    removeEventListener("dragleave", this.leave);
    removeEventListener("drop", this.drop);
  }

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector("input")?.focus(options);
  }

  protected override render(): TemplateResult {
    return html`<div class="drop ${this.isOver ? "over" : ""}">
      <h2>${text("studio_send")}</h2>
      <p class="quiet">${text("studio_send_hint")}</p>
      <div class="ways">
        <label>
          <input type="file" multiple @change=${this.pick} />
          <span class="button primary">${text("studio_pick")}</span>
        </label>
        ${"webkitdirectory" in HTMLInputElement.prototype
          ? html`<label>
              <input type="file" webkitdirectory @change=${this.pick} />
              <span class="button">${text("studio_pick_folder")}</span>
            </label>`
          : nothing}
      </div>
    </div>`;
  }

  // A file let fall beside the box would otherwise open in place of the page.
  private readonly over = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.isOver = true;
  };

  private readonly leave = (event: DragEvent): void => {
    if (event.relatedTarget === null) this.isOver = false;
  };

  private readonly drop = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.isOver = false;
    this.tell(droppedIn(event.dataTransfer.items));
  };

  private pick(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length > 0) this.tell(chosenIn(files));
  }

  private tell(detail: FilesChosen): void {
    this.dispatchEvent(new CustomEvent<FilesChosen>("files-chosen", { detail }));
  }
}
