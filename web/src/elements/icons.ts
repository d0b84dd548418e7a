/** Line icons on a 20 by 20 grid, in the colour of the text around them. */

import { html, svg, type TemplateResult } from "lit";

const PATHS = {
  search: "M9 3.5a5.5 5.5 0 1 1 0 11 5.500 5.500 0 0 1 0-11ZM13.200 13.200 17 17",
  layers: "M10 3 2.500 7 10 11l7.500-4L10 3ZM3.500 10.300 10 13.800l6.500-3.500M3.500 13.500 10 17l6.500-3.500",
  info: "M10 2.500a7.500 7.500 0 1 1 0 15 7.500 7.500 0 0 1 0-15ZM10 9v5M10 6.200v.3",
  frame: "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4M8 10h4M10 8v4",
  close: "M5 5l10 10M15 5 5 15",
  share: "M13 6.500 7 9.500m0 1.500 6 3M5 8a2.200 2.200 0 1 1 0 4.400A2.200 2.200 0 0 1 5 8Zm10-5a2.200 2.200 0 1 1 0 4.400A2.200 2.200 0 0 1 15 3Zm0 9.600a2.200 2.200 0 1 1 0 4.400 2.200 2.200 0 0 1 0-4.400Z",
  print: "M6 7V3h8v4M6 14H3.500V8.500c0-.8.7-1.500 1.500-1.500h10c.8 0 1.500.7 1.500 1.500V14H14M6 12h8v5H6v-5Z",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  north: "M10 2.500 14.500 17 10 13.700 5.500 17 10 2.500Z",
  home: "M3 9.500 10 3.500l7 6M5 8.500V16.500h3.800v-4.500h2.400v4.500H15V8.500",
  locate: "M10 6a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM10 2v3M10 15v3M2 10h3M15 10h3",
  copy: "M7 7V3.500h9.500V13H13M3.500 7H13v9.500H3.500V7Z",
  chevron: "M5.500 8 10 12.500 14.500 8",
  left: "M12 5 7 10l5 5",
  right: "M8 5l5 5-5 5",
  pin: "M10 17.500S4.500 12 4.500 8a5.500 5.500 0 0 1 11 0c0 4-5.500 9.500-5.500 9.500ZM10 6.300a1.700 1.700 0 1 1 0 3.400 1.700 1.700 0 0 1 0-3.400Z",
  point: "M10 6.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7Z",
  line: "M3 15 8 7l4 5 5-8",
  polygon: "M4 6.500 12 3l5 6-3.500 7.500L5 15 4 6.500Z",
  raster: "M3 4h14v12H3V4ZM3 13l4-4 3.500 3.500L13 10l4 4",
  person: "M10 3.500a3.200 3.200 0 1 1 0 6.400 3.200 3.200 0 0 1 0-6.400ZM3.500 17c.6-3.400 3.200-5 6.500-5s5.900 1.600 6.500 5",
  warning: "M10 3 18 17H2L10 3ZM10 8v4.500M10 14.500v.3",
  download: "M10 3v9.500M6 9l4 4 4-4M4 17h12",
  pencil: "M4 16l.8-3.500L13.500 3.800l2.700 2.700L7.500 15.200 4 16ZM11.500 5.800l2.700 2.700",
  clock: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM10 6v4.200l3 1.800",
  undo: "M7.500 4 4 7.500 7.500 11M4.300 7.500H12a4.200 4.200 0 0 1 0 8.500H8",
} as const;

export type IconName = keyof typeof PATHS;

/** Return an icon. It says nothing to a screen reader: the button around it has the words. */
export function icon(name: IconName, size = 20): TemplateResult {
  return html`<svg
    width=${size}
    height=${size}
    viewBox="0 0 20 20"
    fill="none"
    stroke="currentColor"
    stroke-width="1.6"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${svg`<path d=${PATHS[name]}></path>`}
  </svg>`;
}
