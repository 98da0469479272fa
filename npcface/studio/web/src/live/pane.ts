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
    if (frame.view === view) screen.take(frame);
  }, gone);
  session.onMessage((message) => {
    if (message.type === "opened" && message.view === view) {
      real = message.quality;
      fill(trouble);
    }
  }, gone);
  session.onError(view, (error) => fill(trouble, notice(error)), gone);
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

  // the boxes stay, so that the focus does; only their choices change
  const whoBox = select<string>([], "", (character) => shown.change((old) => ({ ...old, character })));
  const howBox = select(QUALITIES, first.quality, (quality) => shown.change((old) => ({ ...old, quality })));
  whoBox.setAttribute("aria-label", `Character in picture ${view.toUpperCase()}`);
  howBox.setAttribute("aria-label", `Quality of picture ${view.toUpperCase()}`);
  studio.cast.watch(({ characters }) => {
    fill(whoBox, ...characters.map((one) => h("option", { value: one.id }, one.name + (one.finetuned ? " (tuned)" : ""))));
    whoBox.value = shown.get().character;
  }, gone);
  shown.watch(({ character, quality }) => {
    whoBox.value = character;
    howBox.value = quality;
  }, gone);
  const element = h(
    "figure",
    { class: "pane", "data-view": view },
    h("div", { class: "pane-frame" }, screen.canvas, chip, trouble),
    h("figcaption", {}, h("span", { class: "pane-who" }, whoBox, howBox)),
  );
  return { element, shown };
}
