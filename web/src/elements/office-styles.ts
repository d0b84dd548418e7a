/** What the pages of offices share: lists of cards, forms, what went wrong. */

import { css } from "lit";
import { shared, textButton } from "./shared-styles";

const office = css`
  ul.cards {
    margin: 0;
    padding: 0;
    list-style: none;
    display: grid;
    gap: 10px;
  }
  .card {
    padding: 16px 18px;
    border-radius: 12px;
    background: var(--surface);
    overflow-wrap: anywhere;
  }
  h2 {
    margin: 0;
    font-size: 16px;
    line-height: 22px;
    font-weight: 600;
  }
  .card p {
    margin: 4px 0 0;
  }
  .top {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 4px 10px;
  }
  .badge {
    font-size: 12px;
    line-height: 19px;
  }
  dl.facts {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 3px 14px;
    margin: 8px 0 0;
  }
  dl.facts dt {
    color: var(--muted);
  }
  dl.facts dd {
    margin: 0;
  }
  .doing {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: 12px;
  }
  .lead {
    max-width: 72ch;
    margin: 0 0 14px;
    color: var(--muted);
  }
  .empty {
    margin: 0;
    padding: 40px 24px;
    border-radius: 12px;
    background: var(--surface);
    color: var(--muted);
    text-align: center;
    text-wrap: balance;
  }
  .problem {
    margin: 0;
    padding: 9px 12px;
    border-radius: 8px;
    background: var(--red-back);
    color: var(--red);
  }
  .problem::first-letter,
  .fault::first-letter,
  .sentence::first-letter {
    text-transform: uppercase;
  }
  .button.danger {
    color: var(--red);
  }
  form.sheet {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 14px 18px;
    margin-top: 14px;
    padding: 16px 18px;
    border-radius: 10px;
    background: var(--accent-tint);
  }
  .adding {
    margin-bottom: 14px;
  }
  form.sheet > .wide,
  form.sheet > .problem,
  form.sheet > .doing {
    grid-column: 1 / -1;
  }
  form.sheet > .doing {
    margin-top: 0;
  }
  .field {
    display: grid;
    gap: 4px;
    align-content: start;
    border: 0;
    margin: 0;
    padding: 0;
    min-width: 0;
  }
  .field > label,
  .field > legend {
    padding: 0;
    font-weight: 600;
  }
  .hint {
    color: var(--muted);
    font-size: 13px;
    line-height: 18px;
  }
  .fault {
    color: var(--red);
    font-size: 13px;
    line-height: 18px;
  }
  .fault:empty {
    display: none;
  }
  .ticks {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 20px;
    margin-top: 5px;
  }
  .ticks label {
    display: inline-flex;
    align-items: center;
    gap: 7px;
    min-height: 28px;
  }
  input:not([type="checkbox"]):not([type="radio"]),
  select,
  textarea {
    width: 100%;
    min-height: 38px;
    padding: 0 10px;
    border: 1px solid var(--field-line);
    border-radius: 8px;
    background: var(--surface);
    color: inherit;
    font: inherit;
  }
  textarea {
    min-height: 76px;
    padding: 8px 10px;
    resize: vertical;
  }
  input[type="checkbox"],
  input[type="radio"] {
    width: 17px;
    height: 17px;
    margin: 0;
    accent-color: var(--accent);
  }
  [aria-invalid="true"] {
    border-color: var(--red) !important;
  }
  @media (max-width: 720px) {
    form.sheet {
      grid-template-columns: minmax(0, 1fr);
      padding: 14px;
    }
    .card {
      padding: 14px;
    }
    .button,
    input:not([type="checkbox"]):not([type="radio"]),
    select {
      min-height: 44px;
    }
    .ticks label {
      min-height: 36px;
    }
  }
`;

/** The form of a card that stands alone on its page: to sign in, to take an invitation. */
const cardForm = css`
  form {
    display: grid;
    gap: 16px;
  }
  input:not([type="checkbox"]):not([type="radio"]) {
    min-height: 42px;
  }
  .button {
    min-height: 44px;
  }
`;

export const officeStyles = [shared, textButton, office];
export const cardFormStyles = [...officeStyles, cardForm];
