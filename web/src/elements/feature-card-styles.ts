import { css } from "lit";

export const cardStyles = css`
  :host(:not([open])) {
    display: none;
  }
  .card {
    display: flex;
    flex-direction: column;
    max-height: inherit;
    border-radius: inherit;
    overflow: hidden;
    outline: 0;
  }
  .card:focus-visible {
    outline: 0;
  }
  header {
    display: flex;
    gap: 8px;
    align-items: flex-start;
    padding: 14px 10px 8px 18px;
    border-bottom: 1px solid var(--line);
  }
  .titles {
    flex: 1;
    min-width: 0;
  }
  h2 {
    margin: 0;
    font-size: 17px;
    line-height: 23px;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .layer-name {
    margin: 1px 0 4px;
    font-size: 13px;
    color: var(--muted);
  }
  .body {
    overflow: auto;
    padding: 4px 18px 14px;
  }
  dl {
    margin: 0;
  }
  dl div {
    display: grid;
    grid-template-columns: minmax(90px, 38%) 1fr;
    gap: 12px;
    padding: 6px 0;
    border-bottom: 1px solid var(--line);
  }
  dl div:last-child {
    border-bottom: 0;
  }
  dt {
    font-size: 13px;
    line-height: 20px;
    color: var(--muted);
    overflow-wrap: anywhere;
  }
  dd {
    margin: 0;
    line-height: 20px;
    overflow-wrap: anywhere;
    white-space: pre-line;
  }
  .doing {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin: 12px 0 4px;
  }
  .back {
    margin-top: 8px;
  }
  .done {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 12px;
    align-items: center;
    justify-content: space-between;
    margin: 8px 0;
    padding: 8px 8px 8px 12px;
    border-radius: 8px;
    background: var(--green-back);
    color: var(--green);
    font-weight: 600;
  }
  .position {
    display: grid;
    gap: 2px;
    margin-top: 8px;
    padding: 8px 6px 8px 12px;
    border-radius: 8px;
    background: var(--sunken);
    font-size: 13px;
  }
  .zone {
    margin: -4px 0 0 68px;
    font-size: 12px;
    color: var(--muted);
  }
  .problem {
    color: var(--red);
  }
  .waiting {
    display: grid;
    gap: 12px;
    padding: 14px 0;
  }
  .waiting i {
    height: 14px;
    border-radius: 4px;
    background: var(--sunken);
  }
  .waiting i:last-child {
    width: 60%;
  }
  footer {
    display: flex;
    align-items: center;
    justify-content: space-between;
    padding: 4px 10px;
    border-top: 1px solid var(--line);
    font-size: 13px;
    color: var(--muted);
    font-variant-numeric: tabular-nums;
  }
`;
