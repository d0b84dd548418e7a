/** How the style page stands: what one chooses at the left, what comes of it at the right. */

import { css } from "lit";

export const previewStyles = css`
  .choice {
    max-width: 420px;
    margin-bottom: 14px;
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(260px, 360px) minmax(0, 1fr);
    gap: 14px;
    align-items: start;
  }
  .side {
    display: grid;
    gap: 14px;
  }
  .preview {
    display: grid;
    gap: 12px;
  }
  .preview .doing {
    margin: 0;
  }
  .preview p.quiet {
    margin: 0;
    min-height: 20px;
  }
  .upload {
    margin-top: 14px;
  }
  ul.legend,
  ul.lost {
    margin: 0;
    padding: 0;
    list-style: none;
    display: grid;
    gap: 4px;
  }
  ul.legend {
    grid-template-columns: repeat(auto-fill, minmax(180px, 1fr));
  }
  ul.legend li {
    display: flex;
    gap: 8px;
    align-items: center;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .swatch {
    flex: none;
  }
  input[type="file"] {
    font: inherit;
    max-width: 100%;
    padding: 6px 8px;
  }
  @media (max-width: 860px) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
