// One channel: a name, a slider that fills from its zero, a number that can be typed.

import type { Channel } from "../contract";
import { freshId, h } from "../core/dom";

export interface Slider {
  element: HTMLElement;
  tell(value: number): void;
}

export function slider(channel: Channel, set: (value: number) => void): Slider {
  const degrees = channel.unit === "°";
  const id = freshId("channel");
  const step = degrees ? 1 : 0.01;
  const shared = { min: channel.min, max: channel.max, step, value: 0 };
  const range: HTMLInputElement = h("input", { type: "range", id, ...shared, "data-channel": channel.name, oninput: () => set(Number(range.value)) });
  const number: HTMLInputElement = h("input", { type: "number", class: "number", ...shared, "aria-label": `${channel.label}, number`, onchange: () => typed() });
  const label = h("label", { for: id, title: channel.name }, channel.label);
  const element = h("div", { class: "slider", ondblclick: (event: MouseEvent) => event.target !== number && set(0) }, label, range, number, degrees && h("span", { class: "unit" }, "°"));
  const zero = share(channel, 0);
  let current = 0;

  /** What was out of range is shown as what it became. */
  function typed(): void {
    set(Number(number.value));
    write();
  }

  function write(): void {
    number.value = degrees ? String(Math.round(current)) : current.toFixed(2);
  }

  function tell(value: number): void {
    current = value;
    range.value = String(value);
    if (document.activeElement !== number) write();
    const at = share(channel, value);
    range.style.setProperty("--from", `${Math.min(zero, at) * 100}%`);
    range.style.setProperty("--to", `${Math.max(zero, at) * 100}%`);
    element.classList.toggle("moved", value !== 0);
  }
  tell(0);
  return { element, tell };
}

function share({ min, max }: Channel, value: number): number {
  return max === min ? 0 : Math.min(Math.max((value - min) / (max - min), 0), 1);
}
