// First step: a box from brows to chin and from ear to ear, into which the template is laid.

import { s } from "../core/dom";
import type { Board } from "./board";
import type { Box, Point } from "./points";

export interface Placer {
  box(): Box;
  draw(): void;
  key(event: KeyboardEvent): boolean;
}

type Handle = "move" | "nw" | "ne" | "sw" | "se";
const CORNERS: [Handle, number, number][] = [["nw", 0, 0], ["ne", 1, 0], ["sw", 0, 1], ["se", 1, 1]];

export function placer(board: Board, [width, height]: [number, number], active: () => boolean, left: AbortSignal): Placer {
  const side = Math.min(width, height) * 0.5;
  let box: Box = { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side };
  const least = Math.max(16, side / 20);

  function draw(): void {
    const unit = board.scale();
    const { x, y } = box;
    board.layer.replaceChildren(
      s("rect", { class: "place-box", x, y, width: box.width, height: box.height, rx: 10 * unit, "stroke-width": 2 * unit }),
      s("path", { class: "place-guide", d: `M${x} ${y + box.height * 0.2}h${box.width}M${x} ${y + box.height * 0.69}h${box.width}M${x + box.width / 2} ${y}v${box.height}`, "stroke-width": unit }),
      ...CORNERS.map(([name, right, low]) =>
        s("circle", { class: `place-corner ${name}`, cx: x + right * box.width, cy: y + low * box.height, r: 8 * unit, "stroke-width": 2 * unit }),
      ),
    );
  }

  function drag(handle: Handle, from: Box, dx: number, dy: number): void {
    const next = { ...from };
    if (handle === "move") {
      next.x += dx;
      next.y += dy;
    } else {
      const sx = handle.endsWith("e") ? 1 : -1;
      const sy = handle.startsWith("s") ? 1 : -1;
      next.width = Math.max(least, from.width + sx * dx);
      next.height = Math.max(least, from.height + sy * dy);
      if (sx < 0) next.x = from.x + from.width - next.width;
      if (sy < 0) next.y = from.y + from.height - next.height;
    }
    next.x = Math.min(Math.max(next.x, -next.width / 2), width - next.width / 2);
    next.y = Math.min(Math.max(next.y, -next.height / 2), height - next.height / 2);
    box = next;
    draw();
  }

  /** The corner under the pointer, the inside, or nothing: then the board itself is moved. */
  function handleAt([px, py]: Point): Handle | null {
    const reach = 22 * board.scale();
    for (const [name, right, low] of CORNERS) {
      if (Math.hypot(px - box.x - right * box.width, py - box.y - low * box.height) < reach) return name;
    }
    const inside = px > box.x && px < box.x + box.width && py > box.y && py < box.y + box.height;
    return inside ? "move" : null;
  }

  board.svg.addEventListener(
    "pointerdown",
    (event) => {
      if (!active()) return;
      const start = board.at(event);
      const handle = handleAt(start);
      const from = box;
      follow(board, event, (dx, dy) => (handle ? drag(handle, from, dx, dy) : undefined));
    },
    { signal: left },
  );

  /** Arrows move the box, with Shift they size it. */
  function key(event: KeyboardEvent): boolean {
    const steps: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    if (!step) return false;
    const length = Math.max(1, Math.round(side / 40));
    drag(event.shiftKey ? "se" : "move", box, step[0] * length, step[1] * length);
    return true;
  }
  return { box: () => box, draw, key };
}

/** Follow a pressed pointer over the board until it is let go; steps are from where it began, in picture pixels. */
export function follow(board: Board, press: PointerEvent, step: (dx: number, dy: number, event: PointerEvent) => void): void {
  const [x0, y0] = board.at(press);
  const ended = new AbortController();
  board.svg.setPointerCapture(press.pointerId);
  board.svg.addEventListener("pointermove", (event) => {
    const [x, y] = board.at(event);
    step(x - x0, y - y0, event);
  }, { signal: ended.signal });
  for (const name of ["pointerup", "pointercancel"]) board.svg.addEventListener(name, () => ended.abort(), { signal: ended.signal });
}
