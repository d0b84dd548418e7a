/** Choose which classes to make of a field; what comes of it is told as `classes-made`. */

import { LitElement, css, html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { LayerWithFields, Method, Palette } from "../api/contract";
import { pageLanguage, pick, text } from "../i18n/text";
import { Sending } from "../office/sending";
import { METHODS, fieldsFor, nearest, numbersFor, palettesFor } from "../studio/classes";
import { makeClasses } from "../studio/styles-api";
import { field, wholeTrouble } from "./form-parts";
import { officeStyles } from "./office-styles";

@customElement("class-form")
export class ClassForm extends LitElement {
  static override styles = [
    officeStyles,
    css`
      form {
        display: grid;
        gap: 12px;
        margin-top: 12px;
      }
      form > label {
        display: flex;
        gap: 8px;
        align-items: center;
      }
      form > .doing {
        margin-top: 0;
      }
      .strip {
        display: flex;
        height: 14px;
        border-radius: 4px;
        overflow: hidden;
      }
      .strip svg {
        width: 100%;
        height: 100%;
      }
      .palettes {
        display: grid;
        gap: 2px;
      }
      .palettes label {
        display: grid;
        grid-template-columns: 20px 110px 1fr;
        gap: 8px;
        align-items: center;
        min-height: 32px;
        font-weight: 400;
      }
      @media (pointer: coarse) {
        .palettes label {
          min-height: 44px;
        }
      }
    `,
  ];
  @property({ attribute: false }) layer: LayerWithFields | null = null;
  @property({ attribute: false }) palettes: readonly Palette[] = [];
  @property({ attribute: false }) csrf: string | null = null;
  @state() private method: Method = "categories";
  @state() private name = "";
  @state() private palette = "";
  @state() private number = 5;
  @state() private isReversed = false;
  private readonly sending = new Sending(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("layer") as LayerWithFields | null | undefined;
    if (changed.has("layer") && before?.slug !== this.layer?.slug) this.name = "";
    const fields = fieldsFor(this.method, this.layer?.fields ?? []);
    if (!fields.some(({ name }) => name === this.name)) this.name = fields[0]?.name ?? "";
    const palettes = palettesFor(this.method, this.palettes);
    if (!palettes.some(({ name }) => name === this.palette)) this.palette = palettes[0]?.name ?? "";
    const chosen = this.chosen();
    if (chosen) this.number = nearest(this.number, numbersFor(this.method, chosen));
  }

  private chosen(): Palette | undefined {
    return this.palettes.find(({ name }) => name === this.palette);
  }

  protected override render(): TemplateResult {
    const { trouble } = this.sending;
    return html`<section class="card">
      <h2>${text("style_classes")}</h2>
      <form @submit=${this.submit}>
        ${field("method", text("style_method"), this.methodChoice(), { trouble })}
        ${field("field", text("style_field"), this.fieldChoice(), { trouble, hint: this.noField() })}
        ${field("number", text("style_number"), this.numberChoice(), { trouble })} ${this.paletteChoice()}
        <label><input type="checkbox" .checked=${this.isReversed} @change=${this.reverse} /> ${text("style_reverse")}</label>
        ${wholeTrouble(trouble)}
        <div class="doing"><button class="button primary" ?disabled=${!this.name || this.sending.isBusy}>${text("style_make")}</button></div>
      </form>
    </section>`;
  }

  private noField(): string {
    return this.name ? "" : text("style_no_field");
  }

  private methodChoice(): TemplateResult {
    const turn = (event: Event): void => {
      this.method = (event.target as HTMLSelectElement).value as Method;
    };
    return html`<select id="method" aria-describedby="method-fault" @change=${turn}>
      ${METHODS.map((one) => html`<option value=${one} ?selected=${one === this.method}>${text(`style_${one}`)}</option>`)}
    </select>`;
  }

  private fieldChoice(): TemplateResult {
    const turn = (event: Event): void => {
      this.name = (event.target as HTMLSelectElement).value;
    };
    return html`<select id="field" aria-describedby="field-fault" .value=${this.name} @change=${turn}>
      ${fieldsFor(this.method, this.layer?.fields ?? []).map(
        (one) =>
          html`<option value=${one.name} ?selected=${one.name === this.name}>
            ${pick(pageLanguage(), one.title, one.title_en) || one.name}
          </option>`,
      )}
    </select>`;
  }

  private numberChoice(): TemplateResult {
    const chosen = this.chosen();
    const turn = (event: Event): void => {
      this.number = Number((event.target as HTMLSelectElement).value);
    };
    return html`<select id="number" aria-describedby="number-fault" @change=${turn}>
      ${(chosen ? numbersFor(this.method, chosen) : []).map(
        (one) => html`<option value=${one} ?selected=${one === this.number}>${one}</option>`,
      )}
    </select>`;
  }

  private paletteChoice(): TemplateResult {
    return html`<fieldset class="field">
      <legend>${text("style_palette")}</legend>
      <div class="palettes">
        ${palettesFor(this.method, this.palettes).map(
          (one) =>
            html`<label>
              <input
                type="radio"
                name="palette"
                value=${one.name}
                .checked=${one.name === this.palette}
                @change=${() => (this.palette = one.name)}
              />
              <span>${pick(pageLanguage(), one.title_vi, one.title)}</span>
              ${strip(one, nearest(this.number, numbersFor(this.method, one)))}
            </label>`,
        )}
      </div>
      <span class="hint">${text("style_safe")}</span>
    </fieldset>`;
  }

  private reverse(event: Event): void {
    this.isReversed = (event.target as HTMLInputElement).checked;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const slug = this.layer?.slug;
    if (!slug) return;
    const { name, method, number, palette, isReversed } = this;
    await this.sending.run(async () => {
      const wish = { field: name, method, classes: number, palette, reverse: isReversed };
      const made = await makeClasses(slug, wish, this.csrf);
      this.dispatchEvent(new CustomEvent("classes-made", { detail: made }));
    });
  }
}

function strip(palette: Palette, number: number): TemplateResult {
  const colours = palette.colours[String(number)] ?? [];
  return html`<span class="strip" aria-hidden="true">
    ${colours.map((colour) => html`<svg viewBox="0 0 1 1" preserveAspectRatio="none"><rect width="1" height="1" fill=${colour}></rect></svg>`)}
  </span>`;
}
