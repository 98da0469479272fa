// Tabs as the ARIA practices describe them: arrow keys move, Home and End jump, one stop for the Tab key.

import { type Child, freshId, h } from "./dom";
import { type IconName, icon } from "./icons";

export interface Tab {
  name: string;
  label: string;
  icon: IconName;
  content: Child;
}

export interface Tabs {
  element: HTMLElement;
  show(name: string): void;
}

export function tabs(label: string, list: Tab[]): Tabs {
  const strip = h("div", { class: "tabs", role: "tablist", "aria-label": label });
  const element = h("div", { class: "tabbed" }, strip);
  const made = list.map((tab) => {
    const id = freshId("tab");
    const button = h(
      "button",
      { type: "button", role: "tab", id, "aria-controls": `${id}-panel`, onclick: () => select(tab.name) },
      icon(tab.icon),
      h("span", {}, tab.label),
    );
    const panel = h("div", { class: "panel", role: "tabpanel", id: `${id}-panel`, "aria-labelledby": id }, tab.content);
    strip.append(button);
    element.append(panel);
    return { name: tab.name, button, panel };
  });

  function select(name: string): void {
    for (const { name: own, button, panel } of made) {
      const chosen = own === name;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      panel.hidden = !chosen;
    }
  }

  strip.addEventListener("keydown", (event) => {
    const at = made.findIndex(({ button }) => button === document.activeElement);
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: made.length - 1 };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = made[(to + made.length) % made.length];
    if (!next) return;
    select(next.name);
    next.button.focus();
  });
  if (list[0]) select(list[0].name);
  return { element, show: select };
}
