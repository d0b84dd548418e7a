import { css } from "lit";

export const searchStyles = css`
  :host {
    position: relative;
  }
  .box {
    display: flex;
    align-items: center;
    gap: 8px;
    height: 42px;
    padding: 0 6px 0 12px;
    border: 1px solid var(--field-line);
    border-radius: 10px;
    background: var(--surface);
  }
  .box:focus-within {
    border-color: var(--accent);
    box-shadow: 0 0 0 3px var(--accent-glow);
  }
  .glass {
    display: grid;
    color: var(--muted);
  }
  input {
    flex: 1;
    min-width: 0;
    height: 100%;
    border: 0;
    outline: 0;
    background: none;
    font: inherit;
    font-size: 14.5px;
    color: inherit;
  }
  input:focus-visible {
    outline: 0;
  }
  input::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  .busy {
    width: 15px;
    height: 15px;
    border: 2px solid var(--line-strong);
    border-top-color: var(--accent);
    border-radius: 50%;
    animation: turn 0.8s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
  ul {
    position: absolute;
    z-index: 5;
    top: calc(100% + 6px);
    left: 0;
    right: 0;
    max-height: min(60vh, 420px);
    overflow: auto;
    margin: 0;
    padding: 5px;
    list-style: none;
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--surface);
    box-shadow: var(--shadow-high);
  }
  ul[hidden] {
    display: none;
  }
  li {
    display: grid;
    grid-template-columns: 20px 1fr;
    gap: 10px;
    align-items: center;
    padding: 7px 10px;
    border-radius: 7px;
    cursor: pointer;
  }
  li[aria-selected="true"] {
    background: var(--accent-tint);
  }
  .answer-icon {
    display: grid;
    color: var(--accent);
  }
  .answer-words {
    display: grid;
    min-width: 0;
  }
  .answer-title {
    line-height: 20px;
  }
  .answer-under {
    font-size: 12.5px;
    line-height: 17px;
    color: var(--muted);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  mark {
    background: none;
    color: inherit;
    font-weight: 700;
  }
  .none {
    display: block;
    color: var(--muted);
    cursor: default;
  }
`;
