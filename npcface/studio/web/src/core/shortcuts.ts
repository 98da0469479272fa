// Keys that work anywhere in the page, and the list of them that "?" shows.

import { openDialog } from "./dialog";
import { h } from "./dom";

interface Shortcut {
  keys: string;
  what: string;
  run?: () => void;
}

const LIST = "?";
const active = new Set<Shortcut>();

/** Add a shortcut while a view is shown. Without `run` it is only listed: the place it works in handles it itself. */
export function shortcut(keys: string, what: string, until: AbortSignal | null, run?: () => void): void {
  const entry: Shortcut = run ? { keys, what, run } : { keys, what };
  active.add(entry);
  until?.addEventListener("abort", () => active.delete(entry), { once: true });
}

export function showShortcuts(): void {
  if (document.querySelector("dialog[open]")) return;
  openDialog("Keyboard", () =>
    h(
      "dl",
      { class: "keys" },
      ...[...active].map(({ keys, what }) =>
        h("div", {}, h("dt", {}, ...keys.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, what)),
      ),
    ),
  );
}

export function listenForShortcuts(): void {
  shortcut(LIST, "This list", null, showShortcuts);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    // work that is not saved has keys of its own: a slip beside them must not lead away from it
    const own = document.querySelector("[data-own-keys]") !== null;
    for (const { keys, run } of active) {
      if (own && keys !== LIST) continue;
      if (run && keys.toLowerCase() === event.key.toLowerCase()) {
        event.preventDefault();
        run();
        return;
      }
    }
  });
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["range", "checkbox", "radio", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
