// One quiet place that screen readers listen to.

import { h } from "./dom";

const place = h("div", { class: "unseen", role: "status", "aria-live": "polite" });

export function announcer(): HTMLElement {
  return place;
}

/** Say a short sentence; the same sentence twice is said twice. */
export function announce(text: string): void {
  place.textContent = "";
  requestAnimationFrame(() => (place.textContent = text));
}
