// One picture of the live view with its own character and quality.

import type { Quality, ViewName } from "../contract";
import { fill, h } from "../core/dom";
import { select } from "../core/fields";
import { notice } from "../core/notice";
import { Value } from "../core/value";
import type { Frame } from "./frame";
import type { Look } from "./look";
import { Screen } from "./screen";
import type { Session } from "./session";
import { turnOn } from "./turn";

export interface Shown {
  character: string;
  quality: Quality;
}

export interface Pane {
  element: HTMLElement;
  shown: Value<Shown>;
}

const FPS = 30;
const QUALITIES: { value: Quality; label: string }[] = [
  { value: "auto", label: "Auto quality" },
  { value: "warp", label: "Warp, fast" },
  { value: "neural", label: "Neural, finest" },
];

/** The pane asks for its view at once and gives it back when `gone` fires. */
export function pane(session: Session, view: ViewName, first: Shown, look: Value<Look>, gone: AbortSignal, drawn?: (frame: Frame) => void): Pane {
  const { studio, link } = session;
  const shown = new Value(first);
  const screen = new Screen((frame) => {
    link.send({ type: "ack", view, sequence: frame.sequence });
    drawn?.(frame);
  });
  const chip = h("span", { class: "chip" }, "…");
  const trouble = h("div", { class: "pane-trouble" });
  let real = "";

  session.onFrame((frame) => {
    if (frame.view === view && !gone.aborted) screen.take(frame);
  });
  session.onMessage((message) => {
    if (message.type === "opened" && message.view === view) {
      real = message.quality;
      fill(trouble);
    }
  });
  session.onError(view, (error) => fill(trouble, notice(error)));
  const timer = setInterval(() => {
    chip.textContent = `${screen.rate.perSecond(performance.now())} fps${real ? ` · ${real}` : ""}`;
  }, 500);
  gone.addEventListener("abort", () => {
    clearInterval(timer);
    if (!session.left.aborted) link.hide(view);
  }, { once: true });

  const ask = (): void => {
    const { character, quality } = shown.get();
    const { size, background } = look.get();
    screen.canvas.setAttribute("aria-label", `${studio.character(character)?.name ?? character}, live. Drag or use the arrow keys to turn the head, with Shift the eyes.`);
    link.show({ view, character, quality, size, background, fps: FPS });
  };
  let settled = "";
  const askIfNew = (): void => {
    const { size, background } = look.get();
    const now = JSON.stringify([shown.get(), size, background]);
    screen.alphaOnly = look.get().alphaOnly;
    if (now !== settled) ask();
    settled = now;
  };
  shown.watch(askIfNew, gone);
  look.watch(askIfNew, gone);
  turnOn(screen.canvas, session);

  const who = h("span", { class: "pane-who" });
  const drawChoices = (): void => {
    const people = studio.cast.get().characters.map((one) => ({ value: one.id, label: one.name + (one.finetuned ? " (tuned)" : "") }));
    const { character, quality } = shown.get();
    const whoBox = select(people, character, (chosen) => shown.change((old) => ({ ...old, character: chosen })));
    const howBox = select(QUALITIES, quality, (chosen) => shown.change((old) => ({ ...old, quality: chosen })));
    whoBox.setAttribute("aria-label", `Character in picture ${view.toUpperCase()}`);
    howBox.setAttribute("aria-label", `Quality of picture ${view.toUpperCase()}`);
    fill(who, whoBox, howBox);
  };
  studio.cast.watch(drawChoices, gone);
  shown.watch(drawChoices, gone);
  const element = h(
    "figure",
    { class: "pane", "data-view": view },
    h("div", { class: "pane-frame" }, screen.canvas, chip, trouble),
    h("figcaption", {}, who),
  );
  return { element, shown };
}
