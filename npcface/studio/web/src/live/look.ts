// How pictures look: size and background, shared by both panes.

import type { Background } from "../contract";
import { h } from "../core/dom";
import { segments, toggle } from "../core/fields";
import type { Value } from "../core/value";

export interface Look {
  size: number;
  background: Background;
  alphaOnly: boolean;
}

export function lookBar(look: Value<Look>, sizes: number[]): HTMLElement {
  const colour: HTMLInputElement = h("input", {
    type: "color",
    value: "#3fae6b",
    "aria-label": "Background colour",
    oninput: () => look.change((old) => ({ ...old, background: rgb(colour.value) })),
  });
  colour.hidden = true;
  const choose = (kind: "portrait" | "transparent" | "colour"): void => {
    colour.hidden = kind !== "colour";
    look.change((old) => ({ ...old, background: kind === "colour" ? rgb(colour.value) : kind }));
  };
  return h(
    "div",
    { class: "look" },
    segments(
      "Size",
      sizes.map((size) => ({ value: String(size), label: String(size) })),
      String(look.get().size),
      (size) => look.change((old) => ({ ...old, size: Number(size) })),
    ),
    segments(
      "Background",
      [
        { value: "portrait", label: "Portrait" },
        { value: "transparent", label: "Clear" },
        { value: "colour", label: "Colour" },
      ],
      "portrait",
      choose,
    ),
    colour,
    toggle("Alpha only", false, (alphaOnly) => look.change((old) => ({ ...old, alphaOnly }))),
  );
}

function rgb(hex: string): [number, number, number] {
  const number = Number.parseInt(hex.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}
