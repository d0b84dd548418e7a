import { css } from "lit";
import { officeStyles } from "./office-styles";

export const formStyles = [
  ...officeStyles,
  css`
    form {
      display: grid;
      gap: 14px;
      padding: 8px 0 2px;
    }
    .needed,
    .who {
      font-weight: 400;
      color: var(--muted);
    }
    .note,
    .clash {
      margin: 0;
      padding: 9px 12px;
      border-radius: 8px;
      background: var(--amber-back);
      line-height: 20px;
    }
    .note p {
      margin: 0 0 4px;
    }
    .clash {
      display: flex;
      flex-wrap: wrap;
      gap: 6px 10px;
      align-items: center;
      justify-content: space-between;
      font-size: 13px;
      overflow-wrap: anywhere;
    }
    .clash .button {
      min-height: 30px;
      padding: 3px 10px;
      font-size: 13px;
    }
    .shape {
      display: grid;
      gap: 6px;
      margin: 0;
      padding: 10px 12px;
      border: 0;
      border-radius: 8px;
      background: var(--sunken);
      min-width: 0;
    }
    .shape legend {
      float: left;
      padding: 0;
      font-weight: 600;
    }
    .shape p {
      clear: both;
      margin: 0;
      font-size: 13px;
      line-height: 19px;
    }
    .shape .button {
      justify-self: start;
    }
    .doing {
      position: sticky;
      bottom: -14px;
      margin: 0 -18px -14px;
      padding: 10px 18px 14px;
      background: var(--surface);
      border-top: 1px solid var(--line);
    }
    .asking {
      padding: 14px 0 0;
      display: grid;
      gap: 12px;
    }
    .asking p {
      margin: 0;
    }
  `,
];
