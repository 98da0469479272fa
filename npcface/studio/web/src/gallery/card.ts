// One character in the gallery: the picture opens it, the small buttons look after it.

import type { Character } from "../contract";
import { characterPath, post } from "../core/api";
import { announce } from "../core/announce";
import { fill, h } from "../core/dom";
import { failureOf } from "../core/errors";
import { type IconName, icon } from "../core/icons";
import { notice } from "../core/notice";
import { addressOf } from "../core/router";
import type { Studio } from "../studio";
import { askToDelete } from "./delete";

const UNSTATED =
  "Nobody has written down why this face may be used. Games show a label over it for its first seconds. Add `rights` to its manifest.json, or make it anew.";

export function card(studio: Studio, one: Character): HTMLElement {
  const trouble = h("div", {});
  const reload = async (): Promise<void> => {
    try {
      await post(`${characterPath(one.id)}/reload`, {});
      await studio.refresh();
      announce(`${one.name} was read again from its folder.`);
    } catch (thrown) {
      fill(trouble, notice(failureOf(thrown)));
    }
  };
  return h(
    "article",
    { class: "card" },
    h(
      "a",
      { class: "card-open", href: addressOf({ view: "live", id: one.id }), "aria-label": `Open ${one.name}` },
      h("img", { src: studio.picture(one.id, "icon"), alt: "", width: 256, height: 256, loading: "lazy" }),
      h(
        "span",
        { class: "badges" },
        one.finetuned && h("span", { class: "badge" }, "tuned"),
        !one.stated && h("span", { class: "badge warn", title: UNSTATED }, "rights not stated"),
      ),
    ),
    h(
      "div",
      { class: "card-foot" },
      h("div", { class: "card-text" }, h("h3", {}, one.name), h("p", { title: one.consent }, one.pack || `${one.license} · ${one.version}`)),
      small("reload", `Read ${one.name} again from its folder`, () => void reload()),
      !one.pack && small("trash", `Delete ${one.name}`, () => askToDelete(studio, one)),
    ),
    trouble,
  );
}

function small(name: IconName, label: string, run: () => void): HTMLElement {
  return h("button", { type: "button", class: "bare small", "aria-label": label, title: label, onclick: run }, icon(name));
}
