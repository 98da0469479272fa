// A new character: the picture on one side, what has to be said about it on the other.

import { fill, h } from "../core/dom";
import { onPaste } from "../core/files";
import type { Studio } from "../studio";
import { dropAnywhere, dropZone } from "../gallery/drop";
import { missing } from "../core/notice";
import { enrolDesk } from "./desk";

export function enrolView(studio: Studio, left: AbortSignal): HTMLElement {
  const page = h("div", { class: "page enrol" });
  const able = studio.info.features.enroll;
  if (able !== true) {
    fill(page, h("h1", {}, "New character"), missing("New characters cannot be made here yet.", able));
    return page;
  }
  let picture = new AbortController();
  left.addEventListener("abort", () => picture.abort(), { once: true });

  /** The first picture is the portrait, the others are more views of the same face. */
  function begin(files: File[]): void {
    const [portrait, ...shots] = files;
    if (!portrait) return;
    picture.abort();
    picture = new AbortController();
    dropAnywhere(page, begin, picture.signal);
    onPaste(begin, picture.signal);
    fill(page, h("h1", {}, "New character"), enrolDesk(studio, portrait, shots, begin, picture.signal));
  }

  if (studio.waiting.length > 0) {
    begin(studio.waiting);
    studio.waiting = [];
  } else {
    fill(page, h("h1", {}, "New character"), dropZone(begin, picture.signal));
    onPaste(begin, picture.signal);
  }
  return page;
}
