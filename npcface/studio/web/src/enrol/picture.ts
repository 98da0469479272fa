// The portrait as it will be read, and boxes over its faces when there are several to choose from.

import type { FoundFace } from "../contract";
import { h, s } from "../core/dom";

export interface Picture {
  element: HTMLElement;
  /** Address of the picture in this browser. */
  source: string;
  /** Width and height of the upright picture in pixels; 0 until it is loaded. */
  size(): [number, number];
  choose(faces: FoundFace[], pick: (index: number) => void): void;
}

export function picture(file: File, left: AbortSignal): Picture {
  const source = URL.createObjectURL(file);
  left.addEventListener("abort", () => URL.revokeObjectURL(source), { once: true });
  const image = h("img", { src: source, alt: `The picture ${file.name}` });
  const boxes = s("svg", { class: "boxes", role: "group", "aria-label": "Faces that were found" });
  const frame = h("div", { class: "picture" }, image);
  const size = (): [number, number] => [image.naturalWidth, image.naturalHeight];

  function choose(faces: FoundFace[], pick: (index: number) => void): void {
    boxes.remove();
    if (faces.length === 0) return;
    const [width, height] = size();
    boxes.setAttribute("viewBox", `0 0 ${width} ${height}`);
    boxes.replaceChildren(...faces.map((face) => faceBox(face, width, pick)));
    frame.append(boxes);
    boxes.querySelector<SVGElement>("[tabindex]")?.focus();
  }
  return { element: frame, source, size, choose };
}

function faceBox({ index, box }: FoundFace, across: number, pick: (index: number) => void): SVGElement {
  const [x, y, width, height] = box;
  const tag = across / 16;
  return s(
    "g",
    {
      role: "button",
      tabindex: 0,
      "aria-label": `Face ${index + 1}`,
      onclick: () => pick(index),
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        pick(index);
      },
    },
    s("rect", { x, y, width, height, rx: width / 14, "vector-effect": "non-scaling-stroke" }),
    s("circle", { cx: x + width / 2, cy: y + height, r: tag / 2 }),
    s("text", { x: x + width / 2, y: y + height, "font-size": tag * 0.6, "text-anchor": "middle", "dominant-baseline": "central" }, String(index + 1)),
  );
}
