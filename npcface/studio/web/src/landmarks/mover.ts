// Second step: single points and whole groups are moved, by mouse or by keys.

import { announce } from "../core/announce";
import { s } from "../core/dom";
import type { Board } from "./board";
import { follow } from "./place";
import { type Group, GROUPS, groupOf, moved, namesOf, type Point, type Points } from "./points";

export interface Mover {
  points(): Points;
  start(points: Points): void;
  draw(): void;
  key(event: KeyboardEvent): boolean;
  undo(): void;
  chooseGroup(group: Group): void;
}

const MOST_UNDO = 100;

export function mover(board: Board, size: [number, number], active: () => boolean, chosen: (name: string) => void, left: AbortSignal): Mover {
  let points: Points = {};
  let selected = "jaw0";
  const past: Points[] = [];

  function draw(): void {
    const unit = board.scale();
    const group = groupOf(selected);
    board.layer.replaceChildren(
      ...GROUPS.map((one) => s("path", { class: one === group ? "line chosen" : "line", d: outline(one), "stroke-width": (one === group ? 2 : 1.25) * unit })),
      ...GROUPS.flatMap((one) => namesOf(one).map((name) => dot(name, one === group, unit))),
    );
  }

  function outline(group: Group): string {
    const path = namesOf(group).map((name) => points[name]?.join(" ")).join("L");
    return `M${path}${group.closed ? "Z" : ""}`;
  }

  function dot(name: string, inGroup: boolean, unit: number): SVGElement {
    const [cx, cy] = points[name] ?? [0, 0];
    const kind = name === selected ? "dot selected" : inGroup ? "dot chosen" : "dot";
    return s("circle", { class: kind, "data-name": name, cx, cy, r: (name === selected ? 6 : inGroup ? 4.5 : 3) * unit, "stroke-width": 1.5 * unit });
  }

  function remember(): void {
    past.push(points);
    if (past.length > MOST_UNDO) past.shift();
  }

  function pick(name: string): void {
    selected = name;
    chosen(name);
    draw();
  }

  /** Points of small features lie close together: the nearest one within reach, those of the chosen group first. */
  function nearest([x, y]: Point): string | null {
    const reach = 18 * board.scale();
    const own = groupOf(selected);
    let best: string | null = null;
    let least = reach;
    for (const [name, [px, py]] of Object.entries(points)) {
      const distance = Math.hypot(px - x, py - y) * (groupOf(name) === own ? 0.7 : 1);
      if (distance < least) [best, least] = [name, distance];
    }
    return best;
  }

  board.svg.addEventListener(
    "pointerdown",
    (event) => {
      if (!active()) return;
      const name = nearest(board.at(event));
      if (!name) {
        let [lastX, lastY] = [event.clientX, event.clientY];
        // the board moves under the pointer, so these steps are those on the screen
        return follow(board, event, (_dx, _dy, move) => {
          board.pan((move.clientX - lastX) * board.scale(), (move.clientY - lastY) * board.scale());
          [lastX, lastY] = [move.clientX, move.clientY];
        });
      }
      pick(name);
      remember();
      const from = points;
      const group = groupOf(name);
      const names = event.altKey && group ? namesOf(group) : [name];
      follow(board, event, (dx, dy) => {
        points = moved(from, names, dx, dy, size);
        draw();
      });
    },
    { signal: left },
  );

  function key(event: KeyboardEvent): boolean {
    const all = GROUPS.flatMap(namesOf);
    const steps: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    const group = groupOf(selected);
    if (step) {
      const length = event.shiftKey ? 10 : 1;
      remember();
      points = moved(points, event.altKey && group ? namesOf(group) : [selected], step[0] * length, step[1] * length, size);
      board.reveal(points[selected] ?? [0, 0]);
      draw();
      return true;
    }
    const turn = { n: 1, p: -1 }[event.key];
    if (turn === undefined) return false;
    pick(all[(all.indexOf(selected) + turn + all.length) % all.length] ?? selected);
    board.reveal(points[selected] ?? [0, 0]);
    announce(`${groupOf(selected)?.label ?? ""}, ${selected.replaceAll("_", " ")}`);
    return true;
  }

  return {
    points: () => points,
    start: (fresh) => {
      points = fresh;
      past.length = 0;
      pick(selected);
    },
    draw,
    key,
    undo: () => {
      points = past.pop() ?? points;
      draw();
    },
    chooseGroup: (group) => pick(`${group.stem}0`),
  };
}
