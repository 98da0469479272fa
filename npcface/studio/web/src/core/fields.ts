// Labelled controls: every input of the page is built here, so none is without a label.

import { type Child, freshId, h } from "./dom";

/** A label above a control, with an optional line of help that screen readers read with it. */
export function field(label: string, control: HTMLElement, help?: Child): HTMLElement {
  control.id ||= freshId("field");
  const about = help ? h("p", { class: "help", id: `${control.id}-help` }, help) : null;
  if (about) control.setAttribute("aria-describedby", about.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control, about);
}

export interface Option<T extends string> {
  value: T;
  label: string;
}

export function select<T extends string>(options: Option<T>[], chosen: T, change: (value: T) => void): HTMLSelectElement {
  const box: HTMLSelectElement = h(
    "select",
    { onchange: () => change(box.value as T) },
    ...options.map(({ value, label }) => h("option", { value, selected: value === chosen }, label)),
  );
  return box;
}

/** A row of buttons of which one is chosen; radio buttons underneath, so arrow keys work. */
export function segments<T extends string>(
  legend: string,
  options: Option<T>[],
  chosen: T,
  change: (value: T) => void,
): HTMLElement {
  const name = freshId("choice");
  return h(
    "fieldset",
    { class: "segments" },
    h("legend", {}, legend),
    h(
      "div",
      { class: "segments-row" },
      ...options.map(({ value, label }) =>
        h(
          "label",
          {},
          h("input", { type: "radio", name, value, checked: value === chosen, onchange: () => change(value) }),
          h("span", {}, label),
        ),
      ),
    ),
  );
}

/** A switch with its label on the left. */
export function toggle(label: string, on: boolean, change: (on: boolean) => void, help?: string): HTMLElement {
  const box: HTMLInputElement = h("input", { type: "checkbox", role: "switch", checked: on, onchange: () => change(box.checked) });
  return h("label", { class: "toggle" }, h("span", {}, label, help && h("small", {}, help)), box);
}

/** A button that opens the file chooser. */
export function filePicker(label: string, accept: string, take: (files: File[]) => void, many = false, kind = ""): HTMLElement {
  const input = h("input", {
    type: "file",
    class: "unseen",
    tabindex: -1,
    "aria-hidden": "true",
    accept,
    multiple: many,
    onchange: () => {
      const files = [...(input.files ?? [])];
      input.value = ""; // the same file again is a choice again
      if (files.length > 0) take(files);
    },
  });
  return h("span", { class: "file-picker" }, h("button", { type: "button", class: kind, onclick: () => input.click() }, label), input);
}
