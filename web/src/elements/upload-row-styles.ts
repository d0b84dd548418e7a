/** How a row of the studio's list looks, be it on its way or there. */

import { css } from "lit";

export const uploadRow = css`
  .row {
    display: grid;
    gap: 4px;
    width: 100%;
    padding: 10px 14px;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--surface);
    text-align: start;
  }
  button.row:hover {
    background: var(--hover);
  }
  .row[aria-current="true"] {
    border-color: var(--accent);
    box-shadow: inset 3px 0 0 var(--accent);
  }
  .name {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    font-size: 13px;
    color: var(--muted);
    font-variant-numeric: tabular-nums;
  }
  .parts {
    font-size: 13px;
    line-height: 18px;
    color: var(--muted);
    overflow-wrap: anywhere;
  }
  .badge {
    font-size: 12px;
    line-height: 18px;
  }
`;
