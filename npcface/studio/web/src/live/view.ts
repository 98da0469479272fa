// The live view: pictures on one side, everything that moves the face on the other.

import { h } from "../core/dom";
import { icon } from "../core/icons";
import { missing } from "../core/notice";
import { shortcut } from "../core/shortcuts";
import { tabs } from "../core/tabs";
import { cameraPanel } from "../camera/panel";
import { exportDialog } from "../extra/export";
import { finetuneDialog } from "../extra/finetune";
import { facePanel } from "../face/panel";
import { feelingPanel } from "../face/feelings";
import { speechPanel } from "../speech/panel";
import type { Studio } from "../studio";
import { Session } from "./session";
import { stage } from "./stage";

export function liveView(studio: Studio, id: string, left: AbortSignal): HTMLElement {
  const one = studio.character(id);
  if (!one) {
    const back = h("a", { class: "button", href: "#/" }, "All characters");
    const page = h("div", { class: "page" }, missing("This character is not here.", "It may have been deleted or renamed."), h("p", {}, back));
    studio.cast.watch(() => {
      if (page.isConnected && studio.character(id)) page.replaceWith(liveView(studio, id, left));
    }, left);
    return page;
  }
  const session = new Session(studio, left);
  const speech = speechPanel(session);
  const shown = stage(session, id, speech.drawn);
  const current = (): string => shown.main.shown.get().character;
  const controls = tabs("What moves the face", [
    { name: "face", label: "Face", icon: "face", content: facePanel(session) },
    { name: "mood", label: "Mood", icon: "heart", content: feelingPanel(session) },
    { name: "speech", label: "Speech", icon: "voice", content: speech.element },
    { name: "camera", label: "Camera", icon: "camera", content: cameraPanel(session) },
  ]);
  const title = h("h1", {}, one.name);
  shown.main.shown.watch(({ character }) => (title.textContent = studio.character(character)?.name ?? character), left);
  const save = (): void => exportDialog(session, current(), shown.look.get(), shown.main.shown.get().quality);
  listShortcuts(left, save, (name) => controls.show(name), () => session.pose.set({}));
  return h(
    "div",
    { class: "live" },
    h(
      "header",
      { class: "live-head" },
      h("a", { class: "bare round", href: "#/", "aria-label": "Back to all characters" }, icon("back")),
      title,
      h("button", { type: "button", class: "quiet", onclick: () => finetuneDialog(session, current(), (tuned) => shown.compare(true, tuned)) }, icon("spark"), h("span", {}, "Fine-tune")),
      h("button", { type: "button", class: "primary", onclick: save }, icon("save"), "Export"),
    ),
    h("div", { class: "live-body" }, shown.element, h("section", { class: "controls", "aria-label": "Controls" }, controls.element)),
  );
}

function listShortcuts(left: AbortSignal, save: () => void, show: (tab: string) => void, reset: () => void): void {
  shortcut("e", "Export", left, save);
  shortcut("r", "Reset the whole face", left, reset);
  ["face", "mood", "speech", "camera"].forEach((tab, at) => shortcut(String(at + 1), `Show ${tab}`, left, () => show(tab)));
  shortcut("Ctrl Enter", "Speak the line", left);
  shortcut("← → ↑ ↓", "On the picture: turn the head, with Shift the eyes", left);
  shortcut("Home", "On the picture: look straight ahead", left);
}
