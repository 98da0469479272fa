// The big drop zone. The whole window takes the picture, so nobody has to aim.

import { h, s } from "../core/dom";
import { filesOf, PORTRAIT_TYPES } from "../core/files";
import { filePicker } from "../core/fields";

export function dropZone(take: (files: File[]) => void, left: AbortSignal): HTMLElement {
  const zone = h(
    "section",
    { class: "drop", "aria-label": "Add a character" },
    frame(),
    h("h2", {}, "Drop a portrait"),
    h("p", {}, "A photo or a painting that looks into the camera. It stays on this computer."),
    h("div", { class: "row" }, filePicker("Choose a picture", PORTRAIT_TYPES, take, true, "primary"), h("span", { class: "or" }, "or paste one with ", h("kbd", {}, "Ctrl"), h("kbd", {}, "V"))),
  );
  dropAnywhere(zone, take, left);
  return zone;
}

/** Files dropped anywhere in the window count; the element shows that it is ready for them. */
export function dropAnywhere(element: HTMLElement, take: (files: File[]) => void, left: AbortSignal): void {
  let depth = 0; // enter and leave come for every element that is crossed
  const mark = (by: number): void => {
    depth = Math.max(0, depth + by);
    element.classList.toggle("ready", depth > 0);
  };
  const on = (name: "dragenter" | "dragleave" | "dragover" | "drop", run: (event: DragEvent) => void): void =>
    window.addEventListener(name, run, { signal: left });
  on("dragenter", () => mark(1));
  on("dragleave", () => mark(-1));
  on("dragover", (event) => event.preventDefault());
  on("drop", (event) => {
    event.preventDefault();
    mark(-depth);
    const files = filesOf(event.dataTransfer);
    if (files.length > 0) take(files);
  });
}

/** A picture frame with a face in it, drawn with one line. */
function frame(): SVGElement {
  return s(
    "svg",
    { class: "drop-art", viewBox: "0 0 120 132", "aria-hidden": "true" },
    s("rect", { class: "art-back", x: 14, y: 10, width: 92, height: 112, rx: 22 }),
    s("path", { class: "art-line", d: "M60 32c-18 0-27 13-27 30 0 20 11 38 27 38s27-18 27-38c0-17-9-30-27-30z" }),
    s("path", { class: "art-line", d: "M45 61c3-3 8-3 11 0M64 61c3-3 8-3 11 0M60 64v12l-4 2M49 86c6 5 16 5 22 0" }),
  );
}
