// A folder in the store that cannot be used, and why.

import type { Problem } from "../contract";
import { h } from "../core/dom";
import { icon } from "../core/icons";

export function problemCard({ id, cause, remedy }: Problem): HTMLElement {
  return h("div", { class: "notice" }, icon("alert"), h("div", { class: "notice-text" }, h("p", { class: "notice-cause" }, `${id}: ${cause}`), h("p", {}, remedy)));
}
