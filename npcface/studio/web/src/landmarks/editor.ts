// Faces that no detector finds: 68 points set by hand, in two steps.

import { fill, h } from "../core/dom";
import { icon } from "../core/icons";
import { board as makeBoard } from "./board";
import { groupList } from "./groups";
import { mover as makeMover } from "./mover";
import { placer as makePlacer } from "./place";
import { type Points, templateIn } from "./points";

const PLACE_HELP = "Drag the box so that it reaches from the brows to the chin and from ear to ear. The upper line belongs on the eyes, the lower one on the lips. Arrow keys move it, Shift and arrows change its size.";
const MOVE_HELP = "Drag each point to its place. Alt moves its whole group. Keys: N and P choose a point, arrows move it (Shift: ten times as far), + and − zoom, 0 shows all, Ctrl Z takes back.";

/** The editor; `done` gets the points, or null when it is given up. */
export function landmarkEditor(source: string, size: [number, number], left: AbortSignal, done: (points: Points | null) => void): HTMLElement {
  let placing = true;
  const board = makeBoard(source, size, () => draw());
  const placer = makePlacer(board, size, () => placing, left);
  const groups = groupList((group) => mover.chooseGroup(group));
  const mover = makeMover(board, size, () => !placing, groups.tell, left);
  const help = h("p", { class: "help" });
  const side = h("div", { class: "editor-side" });

  function draw(): void {
    if (placing) placer.draw();
    else mover.draw();
  }

  function step(): void {
    board.svg.setAttribute("aria-label", placing ? "Box around the face" : "Points of the face");
    help.textContent = placing ? PLACE_HELP : MOVE_HELP;
    fill(
      side,
      h("p", { class: "step-count" }, placing ? "Step 1 of 2" : "Step 2 of 2"),
      h("h2", {}, placing ? "Where is the face?" : "Put the points in their places"),
      help,
      !placing && groups.element,
      h(
        "div",
        { class: "row end" },
        h("button", { type: "button", class: "quiet", onclick: back }, placing ? "Cancel" : "Back"),
        h("button", { type: "button", class: "primary", onclick: next }, placing ? "Lay the points" : "Use these points"),
      ),
    );
    draw();
  }

  function next(): void {
    if (!placing) return done(mover.points());
    placing = false;
    mover.start(templateIn(placer.box()));
    const { x, y, width } = placer.box();
    board.zoom(Math.max(1, size[0] / (width * 1.8)), [x + width / 2, y + placer.box().height / 2]);
    step();
    board.svg.focus();
  }

  function back(): void {
    if (placing) return done(null);
    placing = true;
    board.fit();
    step();
    board.svg.focus();
  }

  board.svg.addEventListener("keydown", (event) => {
    if (handled(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  });

  function handled(event: KeyboardEvent): boolean {
    if (event.key === "Enter") return placing ? (next(), true) : false;
    if (event.key === "Escape") return back(), true;
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) return mover.undo(), true;
    if (event.ctrlKey || event.metaKey) return false;
    if (event.key === "+" || event.key === "=") return board.zoom(1.4), true;
    if (event.key === "-") return board.zoom(1 / 1.4), true;
    if (event.key === "0") return board.fit(), true;
    return placing ? placer.key(event) : mover.key(event);
  }

  const zoomButtons = h(
    "div",
    { class: "zoom", role: "group", "aria-label": "Zoom" },
    h("button", { type: "button", class: "bare", "aria-label": "Closer", onclick: () => board.zoom(1.4) }, icon("plus")),
    h("button", { type: "button", class: "bare", "aria-label": "Farther", onclick: () => board.zoom(1 / 1.4) }, icon("minus")),
    h("button", { type: "button", class: "bare", onclick: () => board.fit() }, "All"),
  );
  board.element.append(zoomButtons);
  // the size of dots and lines follows the size on the screen
  const watcher = new ResizeObserver(() => draw());
  watcher.observe(board.svg);
  left.addEventListener("abort", () => watcher.disconnect(), { once: true });
  step();
  return h("div", { class: "editor", "data-own-keys": true }, board.element, side);
}
