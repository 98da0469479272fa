// The picture on an SVG board that can be zoomed and moved; everything on it is in pixels of the picture.

import { h, s } from "../core/dom";
import type { Point } from "./points";

const MOST = 12;

export interface Board {
  element: HTMLElement;
  svg: SVGSVGElement;
  layer: SVGGElement;
  /** Where a pointer is, in pixels of the picture. */
  at(event: PointerEvent): Point;
  /** Pixels of the picture in one pixel of the screen. */
  scale(): number;
  zoom(factor: number, around?: Point): void;
  fit(): void;
  pan(dx: number, dy: number): void;
  /** Bring a point into sight. */
  reveal(point: Point): void;
}

export function board(source: string, [width, height]: [number, number], redraw: () => void): Board {
  const layer = s("g", {});
  const svg = s(
    "svg",
    { class: "board", tabindex: 0, role: "application", preserveAspectRatio: "xMidYMid meet" },
    s("image", { href: source, width, height }),
    layer,
  );
  let view = { x: 0, y: 0, width, height };
  const show = (): void => {
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    redraw();
  };
  const scale = (): number => {
    const shown = svg.getBoundingClientRect();
    return shown.width === 0 ? 1 : Math.max(view.width / shown.width, view.height / shown.height);
  };

  function zoom(factor: number, around: Point = [view.x + view.width / 2, view.y + view.height / 2]): void {
    const next = Math.min(Math.max(view.width / factor, width / MOST), width);
    const share = next / view.width;
    view = {
      x: around[0] - (around[0] - view.x) * share,
      y: around[1] - (around[1] - view.y) * share,
      width: next,
      height: (next * height) / width,
    };
    keepInside();
  }

  function keepInside(): void {
    view.x = Math.min(Math.max(view.x, 0), width - view.width);
    view.y = Math.min(Math.max(view.y, 0), height - view.height);
    show();
  }

  function pan(dx: number, dy: number): void {
    view.x -= dx;
    view.y -= dy;
    keepInside();
  }

  function reveal([x, y]: Point): void {
    const room = 0.12;
    const right = view.x + view.width * (1 - room);
    const bottom = view.y + view.height * (1 - room);
    const dx = Math.max(0, x - right) + Math.min(0, x - view.x - view.width * room);
    const dy = Math.max(0, y - bottom) + Math.min(0, y - view.y - view.height * room);
    if (dx || dy) pan(-dx, -dy);
  }

  function at(event: PointerEvent): Point {
    const matrix = svg.getScreenCTM();
    if (!matrix) return [0, 0];
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return [point.x, point.y];
  }

  svg.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const matrix = svg.getScreenCTM();
      if (!matrix) return;
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
      zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, [point.x, point.y]);
    },
    { passive: false },
  );
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const fit = (): void => {
    view = { x: 0, y: 0, width, height };
    show();
  };
  return { element: h("div", { class: "board-frame" }, svg), svg, layer, at, scale, zoom, fit, pan, reveal };
}
