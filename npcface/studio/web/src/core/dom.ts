// Elements without a framework: h("button", { class: "quiet", onclick: save }, "Save").

export type Child = Node | string | null | false | undefined | Child[];
type Handler = (event: never) => unknown;
type Properties = Record<string, string | number | boolean | null | undefined | Handler>;

/** Build an HTML element; keys that begin with "on" are listeners, false and null leave an attribute out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  dress(element, properties);
  append(element, children);
  return element;
}

/** The same for SVG. */
export function s<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  dress(element, properties);
  append(element, children);
  return element;
}

/** Replace what is in an element. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren();
  append(element, children);
}

/** An id for labels and descriptions, different each time. */
export function freshId(stem: string): string {
  counter += 1;
  return `${stem}-${counter}`;
}

let counter = 0;

function dress(element: Element, properties: Properties): void {
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") {
      element.addEventListener(key.slice(2), value as unknown as EventListener);
    } else if (value === true) {
      element.setAttribute(key, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(key, String(value));
    }
  }
}

function append(element: Element, children: Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child) element.append(child);
  }
}
