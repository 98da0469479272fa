// The pictures: one, or two side by side, both with the same face.

import type { Quality } from "../contract";
import { fill, h } from "../core/dom";
import { icon } from "../core/icons";
import { Value } from "../core/value";
import type { Frame } from "./frame";
import { type Look, lookBar } from "./look";
import { type Pane, pane } from "./pane";
import type { Session } from "./session";

const OUT_OF_REACH = "The studio is out of reach; trying again …";

export interface Stage {
  element: HTMLElement;
  look: Value<Look>;
  main: Pane;
  compare(on: boolean, character?: string): void;
}

export function stage(session: Session, id: string, drawn: (frame: Frame) => void): Stage {
  const { studio, left } = session;
  const sizes = studio.info.sizes.filter((size) => [128, 256, 512].includes(size));
  const look = new Value<Look>({ size: sizes.includes(256) ? 256 : (sizes[0] ?? 256), background: "portrait", alphaOnly: false });
  const main = pane(session, "a", { character: id, quality: "auto" }, look, left, drawn);
  const panes = h("div", { class: "panes" }, main.element);
  let second: AbortController | null = null;

  function compare(on: boolean, character?: string): void {
    if (left.aborted) return;
    second?.abort();
    second = null;
    button.setAttribute("aria-pressed", String(on));
    if (!on) return fill(panes, main.element);
    second = new AbortController();
    const gone = AbortSignal.any([second.signal, left]);
    const other = opposite(character);
    fill(panes, main.element, pane(session, "b", other, look, gone).element);
  }

  /** The most telling other picture: the tuned twin, the one asked for, or the other quality. */
  function opposite(character?: string): { character: string; quality: Quality } {
    const own = main.shown.get();
    const twin = character ?? [`${own.character}-tuned`, own.character.replace(/-tuned$/, "")].find((name) => name !== own.character && studio.character(name));
    if (twin) return { character: twin, quality: own.quality };
    return { character: own.character, quality: (own.quality === "auto" ? studio.info.quality : own.quality) === "neural" ? "warp" : "neural" };
  }

  const button = h("button", { type: "button", class: "quiet", "aria-pressed": "false", onclick: () => compare(second === null) }, icon("compare"), "Compare");
  const lost = h("p", { class: "lost", role: "status" }, OUT_OF_REACH);
  session.link.state.watch((state) => {
    // what the studio said itself before it closed the line says more
    if (lost.hidden) lost.textContent = OUT_OF_REACH;
    lost.hidden = state === "live" || state === "connecting";
  }, left);
  session.onMessage((message) => {
    const refused = message.type === "error" && !message.view;
    if (!refused && message.type !== "notice") return;
    const { cause, remedy, code } = message.type === "error" ? message.error : message;
    lost.textContent = `${cause} ${remedy}`;
    lost.hidden = code === "daemon-back";
  }, left);
  look.watch(({ background, alphaOnly }) => panes.classList.toggle("clear", background === "transparent" && !alphaOnly), left);
  const element = h(
    "section",
    { class: "stage", "aria-label": "Live picture" },
    lost,
    panes,
    h("div", { class: "stage-bar" }, lookBar(look, sizes), button),
  );
  return { element, look, main, compare };
}
