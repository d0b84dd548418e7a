import { css } from "lit";

export const treeStyles = css`
  .head {
    position: sticky;
    top: 0;
    z-index: 1;
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    padding: 10px 16px 8px;
    background: var(--surface);
  }
  h2,
  h3 {
    margin: 0;
    font-size: 15px;
    font-weight: 600;
  }
  .switch {
    display: flex;
    padding: 2px;
    border-radius: 8px;
    background: var(--sunken);
    font-size: 12.5px;
  }
  .switch button {
    padding: 3px 10px;
    border-radius: 6px;
    line-height: 20px;
    color: var(--muted);
  }
  .switch button[aria-pressed="true"] {
    background: var(--surface);
    color: var(--ink);
    font-weight: 600;
    box-shadow: 0 1px 2px rgb(31 27 45 / 18%);
  }
  .group {
    padding: 0 4px 6px;
  }
  .group-head {
    display: grid;
    grid-template-columns: 20px 1fr auto;
    gap: 8px;
    align-items: center;
    width: 100%;
    padding: 7px 12px;
    border-radius: 8px;
    text-align: left;
    font-weight: 600;
    font-size: 13px;
    line-height: 18px;
    color: var(--accent-strong);
  }
  .group-head:hover {
    background: var(--hover);
  }
  .fold {
    display: grid;
    place-items: center;
    transition: transform 0.15s;
  }
  .fold.folded {
    transform: rotate(-90deg);
  }
  .count {
    font-weight: 400;
    color: var(--muted);
    font-variant-numeric: tabular-nums;
  }
  .state {
    display: grid;
    justify-items: center;
    gap: 6px;
    padding: 28px 28px 36px;
    text-align: center;
    color: var(--muted);
  }
  .state p {
    margin: 0;
  }
  .state-title {
    font-weight: 600;
    color: var(--ink);
  }
  .state .button {
    margin-top: 10px;
  }
  .waiting {
    display: grid;
    gap: 18px;
    padding: 12px 20px 28px;
  }
  .bone {
    display: grid;
    grid-template-columns: 17px 1fr;
    gap: 12px;
  }
  .bone i,
  .bone b {
    height: 15px;
    border-radius: 4px;
    background: linear-gradient(90deg, var(--sunken) 25%, var(--hover) 50%, var(--sunken) 75%);
    background-size: 240% 100%;
    animation: shimmer 1.4s linear infinite;
  }
  .bone:nth-child(even) b {
    width: 70%;
  }
  @keyframes shimmer {
    from {
      background-position: 120% 0;
    }
    to {
      background-position: -120% 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .bone i,
    .bone b {
      animation: none;
    }
  }
  @media print {
    .group {
      break-inside: avoid;
    }
    .group-head {
      grid-template-columns: 1fr;
      padding: 4px 0;
    }
    .switch,
    .fold,
    .count,
    .unused,
    layer-row.off {
      display: none;
    }
  }
`;
