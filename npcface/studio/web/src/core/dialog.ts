// A modal dialog: the browser's own <dialog>, so focus stays inside and Escape closes it. It goes with the place it was
// opened in.

import { type Child, freshId, h } from "./dom";
import { icon } from "./icons";

export interface Dialog {
  close(): void;
  /** Fires when it closes, by whatever way. */
  closed: AbortSignal;
}

export function openDialog(title: string, build: (dialog: Dialog) => Child, kind = ""): Dialog {
  const ended = new AbortController();
  const name = freshId("dialog");
  const box = h("dialog", { class: `dialog ${kind}`, "aria-labelledby": name });
  const handle: Dialog = { close: () => box.close(), closed: ended.signal };
  box.append(
    h(
      "header",
      { class: "dialog-head" },
      h("h2", { id: name }, title),
      h("button", { type: "button", class: "bare", "aria-label": "Close", onclick: handle.close }, icon("close")),
    ),
  );
  const body = h("div", { class: "dialog-body" }, build(handle));
  box.append(body);
  box.addEventListener("close", () => {
    ended.abort();
    box.remove();
  });
  // a press on the dark around the box closes it, like Escape
  box.addEventListener("pointerdown", (event) => {
    if (event.target === box) handle.close();
  });
  window.addEventListener("hashchange", handle.close, { signal: ended.signal });
  document.body.append(box);
  box.showModal();
  return handle;
}
