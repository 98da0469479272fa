// The page's own line icons, 20 × 20, drawn in the colour of the text.

import { s } from "./dom";

const PATHS = {
  alert: "M10 3 1.9 17h16.2zM10 8v4M10 14.6v.1",
  info: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M10 9v5M10 6.2v.1",
  portrait: "M3 5.5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM10 6.5a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6M5.5 16c.6-2.3 2.3-3.5 4.5-3.5s3.9 1.2 4.5 3.5",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6 16 16M16 4l-1.4 1.4M5.4 14.6 4 16",
  moon: "M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5z",
  keys: "M2.5 6a1.5 1.5 0 0 1 1.5-1.5h12A1.5 1.5 0 0 1 17.5 6v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 14zM5.5 8h.1M8.5 8h.1M11.5 8h.1M14.5 8h.1M6.5 12h7",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  close: "m5 5 10 10M15 5 5 15",
  back: "M12 4 6 10l6 6",
  play: "M6 4v12l10-6z",
  stop: "M5.5 5.5h9v9h-9z",
  save: "M10 3v9M6 8.5l4 4 4-4M3.5 16.5h13",
  reload: "M16 10a6 6 0 1 1-1.8-4.3L16 7.5M16 3.5v4h-4",
  trash: "M3.5 5.5h13M8 5.5V3.5h4v2M5 5.5l.8 11h8.4l.8-11",
  spark: "M10 2.5 11.8 8.2 17.5 10l-5.7 1.8L10 17.5l-1.8-5.7L2.5 10l5.7-1.8z",
  compare: "M10 3v14M3.5 5h4v10h-4zM12.5 5h4v10h-4z",
  link: "M8.5 11.5 11.5 8.5M9 6l1.5-1.5a3.5 3.5 0 0 1 5 5L14 11M11 14l-1.5 1.5a3.5 3.5 0 0 1-5-5L6 9",
  copy: "M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7",
  face: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M7.5 8v1M12.5 8v1M7 12.5c1.8 1.8 4.2 1.8 6 0",
  heart: "M10 16.5C4 12.5 2.5 9.5 2.5 7.3a3.6 3.6 0 0 1 7.5-1 3.6 3.6 0 0 1 7.5 1c0 2.2-1.5 5.2-7.5 9.2z",
  voice: "M3 8v4M6.5 5.5v9M10 3v14M13.5 6.5v7M17 8.5v3",
  camera: "M2.5 6.5a1.5 1.5 0 0 1 1.5-1.5h8A1.5 1.5 0 0 1 13.5 6.5v7A1.5 1.5 0 0 1 12 15H4a1.5 1.5 0 0 1-1.5-1.5zM13.5 9l4-2.5v7l-4-2.5",
  check: "m4 10.5 4 4 8-9",
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): SVGElement {
  return s(
    "svg",
    { class: "icon", viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true", focusable: "false" },
    s("path", { d: PATHS[name] }),
  );
}
