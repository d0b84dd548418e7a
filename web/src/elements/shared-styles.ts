/** What every element looks like: buttons, badges, focus, words for screen readers only. */

import { css } from "lit";

export const shared = css`
  :host {
    display: block;
    font: inherit;
    color: var(--ink);
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  button {
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    padding: 0;
    cursor: pointer;
  }
  button:disabled {
    cursor: default;
    opacity: 0.45;
  }
  a {
    color: var(--accent);
    text-underline-offset: 2px;
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
    border-radius: 4px;
  }
  .icon-button {
    display: inline-grid;
    place-items: center;
    width: 32px;
    height: 32px;
    border-radius: 8px;
    color: var(--muted);
  }
  .icon-button:hover {
    background: var(--hover);
    color: var(--ink);
  }
  .badge {
    display: inline-block;
    padding: 0 6px;
    border-radius: 4px;
    background: var(--amber-back);
    color: var(--amber);
    font-size: 11px;
    line-height: 17px;
    font-weight: 600;
    white-space: nowrap;
  }
  .badge.good {
    background: var(--green-back);
    color: var(--green);
  }
  .badge.bad {
    background: var(--red-back);
    color: var(--red);
  }
  .badge.plain {
    background: var(--sunken);
    color: var(--muted);
  }
  .quiet {
    color: var(--muted);
  }
  .spoken {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (pointer: coarse) {
    .icon-button {
      width: 40px;
      height: 40px;
    }
  }
`;

export const textButton = css`
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-height: 36px;
    padding: 6px 14px;
    border-radius: 8px;
    border: 1px solid var(--line-strong);
    background: var(--surface);
    font-weight: 600;
    text-decoration: none;
    color: var(--ink);
  }
  .button:has(> .spoken) {
    gap: 0;
  }
  .button:hover {
    background: var(--hover);
  }
  .button.primary {
    background: var(--accent);
    border-color: var(--accent);
    color: #fff;
  }
  .button.primary:hover {
    background: var(--accent-strong);
  }
`;
