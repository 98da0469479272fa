// The line as a strip: each sound as wide as it is long, with a marker where the picture is.

import type { Line } from "../contract";
import { fill, h } from "../core/dom";

export function strip(): { element: HTMLElement; show(line: Line | null): void; at(seconds: number): void } {
  const marker = h("div", { class: "strip-marker" });
  const track = h("div", { class: "strip-track" });
  const element = h("div", { class: "strip", "aria-hidden": "true" }, track, marker);
  element.hidden = true;
  let total = 1;
  return {
    element,
    show: (line) => {
      element.hidden = line === null;
      if (!line) return;
      total = Math.max(line.seconds, 0.1);
      fill(track, ...line.phonemes.map(([symbol, start, end]) => sound(symbol, start / total, (end - start) / total)));
    },
    at: (seconds) => {
      marker.hidden = seconds < 0;
      marker.style.setProperty("left", `${Math.min(Math.max(seconds / total, 0), 1) * 100}%`);
    },
  };
}

function sound(symbol: string, from: number, width: number): HTMLElement {
  const box = h("span", { class: /^(sil|sp|pau|_|)$/.test(symbol) ? "rest" : "" }, width > 0.02 ? symbol : "");
  box.style.setProperty("left", `${from * 100}%`);
  box.style.setProperty("width", `${width * 100}%`);
  return box;
}
