// The first thing people see: who is here, and where to drop the next portrait.

import type { CharacterList } from "../contract";
import { fill, h } from "../core/dom";
import { onPaste } from "../core/files";
import { go } from "../core/router";
import type { Studio } from "../studio";
import { card } from "./card";
import { dropZone } from "./drop";
import { problemCard } from "./problem";

export function galleryView(studio: Studio, left: AbortSignal): HTMLElement {
  const take = (files: File[]): void => {
    studio.waiting = files;
    go({ view: "new" });
  };
  const drop = dropZone(take, left);
  onPaste(take, left);
  const list = h("div", {});
  studio.cast.watch((cast) => keepFocus(list, () => fill(list, people(studio, cast))), left);
  return h("div", { class: "page gallery" }, h("h1", { class: "unseen" }, "Characters"), drop, list);
}

/** Draw the list anew and put the focus back where it was; where that is gone, at the start of the page. */
function keepFocus(list: HTMLElement, draw: () => void): void {
  const held = list.contains(document.activeElement) ? document.activeElement : null;
  const id = held?.closest<HTMLElement>("[data-character]")?.dataset.character;
  const label = held?.getAttribute("aria-label");
  draw();
  if (!held) return;
  const cards = [...list.querySelectorAll<HTMLElement>("[data-character]")].filter((one) => one.dataset.character === id);
  const again = cards.flatMap((one) => [...one.querySelectorAll<HTMLElement>("[aria-label]")]).find((one) => one.getAttribute("aria-label") === label);
  (again ?? document.querySelector("main"))?.focus({ preventScroll: true });
}

function people(studio: Studio, { characters, problems }: CharacterList): HTMLElement {
  if (characters.length + problems.length === 0) {
    return h("p", { class: "empty" }, "Nobody lives here yet. One portrait is all it takes.");
  }
  return h(
    "section",
    { "aria-labelledby": "cast-title" },
    h(
      "div",
      { class: "section-head" },
      h("h2", { id: "cast-title" }, "Your cast"),
      h("p", { class: "count" }, characters.length === 1 ? "1 character" : `${characters.length} characters`),
    ),
    problems.length > 0 && h("div", { class: "problems" }, ...problems.map(problemCard)),
    h("ul", { class: "cards" }, ...characters.map((one) => h("li", { "data-character": one.id }, card(studio, one)))),
  );
}
