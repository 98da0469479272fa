// How an error looks: the cause in bold, the remedy below, and sometimes a way on.

import type { Failure, Feature } from "../contract";
import { type Child, h } from "./dom";
import { icon } from "./icons";

export function notice(error: Failure, ...actions: Child[]): HTMLElement {
  return h(
    "div",
    { class: "notice", role: "alert" },
    icon("alert"),
    h(
      "div",
      { class: "notice-text" },
      h("p", { class: "notice-cause" }, error.cause),
      error.remedy && h("p", {}, error.remedy),
      actions.length > 0 && h("div", { class: "row" }, ...actions),
    ),
  );
}

/** Something that is not there, with what to do; a feature that is off without a text gets a general one. */
export function missing(what: string, remedy: Feature): HTMLElement {
  const advice = typeof remedy === "string" ? remedy : "Run `npcface doctor`: it names what is missing.";
  return h("div", { class: "hint" }, icon("info"), h("div", {}, h("p", {}, h("strong", {}, what)), h("p", {}, advice)));
}
