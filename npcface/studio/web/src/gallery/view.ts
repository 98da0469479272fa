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
  studio.cast.watch((cast) => fill(list, people(studio, cast)), left);
  return h("div", { class: "page gallery" }, h("h1", { class: "unseen" }, "Characters"), drop, list);
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
    h("ul", { class: "cards" }, ...characters.map((one) => h("li", {}, card(studio, one)))),
  );
}
