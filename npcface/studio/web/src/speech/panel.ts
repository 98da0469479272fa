// Speech: type a line or give a recording, hear it and see it.

import type { Feature, Line } from "../contract";
import { post, upload } from "../core/api";
import { announce } from "../core/announce";
import { fill, h } from "../core/dom";
import { failureOf } from "../core/errors";
import { field, filePicker } from "../core/fields";
import { checkSize } from "../core/files";
import { icon } from "../core/icons";
import { missing, notice } from "../core/notice";
import type { Frame } from "../live/frame";
import type { Session } from "../live/session";
import { Player } from "./player";
import { strip } from "./strip";
import { voiceSelect } from "./voices";

export interface SpeechPanel {
  element: HTMLElement;
  /** To be told each drawn frame of the main picture. */
  drawn(frame: Frame): void;
}

export function speechPanel(session: Session): SpeechPanel {
  const { info } = session.studio;
  const player = new Player();
  session.left.addEventListener("abort", () => player.close(), { once: true });
  const outcome = h("div", {});
  const sync = h("p", { class: "sync" });
  const shown = strip();
  const speakButton = h("button", { type: "button", class: "primary", onclick: () => void say() }, icon("play"), "Speak");
  const stopButton = h("button", { type: "button", class: "quiet", onclick: hush }, icon("stop"), "Stop");
  stopButton.hidden = true;
  const text = h("textarea", {
    rows: 3,
    maxlength: 1000,
    onkeydown: (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void say();
    },
  });
  text.value = "Well met, traveller. The road is long, and the night is full of stories.";
  let voice = info.voices.find((one) => one.ready)?.id ?? "auto";
  let speed = 1;
  let busy = false;
  /** The line that was asked for last, and its number in the frames once the studio has started it. */
  let asked = "";
  let number: number | null = null;

  async function prepare(ask: () => Promise<Line>): Promise<void> {
    if (busy) return;
    busy = true;
    speakButton.disabled = true;
    fill(outcome);
    sync.textContent = "Preparing the line …";
    try {
      const line = await ask();
      await player.load(line.audio);
      if (session.left.aborted) return;
      asked = line.line;
      number = null;
      session.line.set(line);
      shown.show(line);
      sync.textContent = "";
      session.link.send({ type: "speak", line: line.line });
      announce("Speaking.");
    } catch (thrown) {
      sync.textContent = "";
      fill(outcome, notice(failureOf(thrown)));
    } finally {
      busy = false;
      speakButton.disabled = false;
    }
  }

  async function say(): Promise<void> {
    const words = text.value.trim();
    if (words === "") {
      fill(outcome, notice({ code: "page", cause: "There is nothing to say yet.", remedy: "Type a line first." }));
      return;
    }
    await prepare(() => post<Line>("/api/say", { text: words, voice, speed }));
  }

  async function hear([file]: File[]): Promise<void> {
    const unfit = file && checkSize(file);
    if (unfit) return fill(outcome, notice(unfit.failure));
    if (!file) return;
    const form = new FormData();
    form.append("wav", file);
    await prepare(() => upload<Line>("/api/hear", form));
  }

  function hush(): void {
    session.link.send({ type: "hush" });
    player.stop();
  }

  session.onMessage((message) => {
    if (message.type !== "line") return;
    stopButton.hidden = message.state === "ended";
    if (message.state === "ended") shown.at(-1);
    else if (message.line === asked) number = message.number;
  }, session.left);

  function drawn(frame: Frame): void {
    // the line before may still be on its way, or be spoken until the new one is asked for
    if (frame.line < 0 || frame.lineNumber !== number) return;
    if (player.waiting) player.start(frame.line);
    shown.at(frame.line);
    const offset = player.offsetMs(frame.line);
    if (offset !== null && !busy) sync.textContent = `Sound and picture: ${describe(offset)}`;
  }

  const notReady = h("div", {});
  const voiceBox = voiceSelect(info.voices, voice, (one) => {
    voice = one.id;
    speakButton.disabled = !one.ready;
    fill(notReady, !one.ready && missing(`${one.name} is not installed.`, one.remedy));
  });
  const speedBox = h("input", { type: "range", min: 0.5, max: 1.5, step: 0.05, value: 1, oninput: () => tellSpeed() });
  const tellSpeed = (): void => {
    speed = Number(speedBox.value);
    speedBox.style.setProperty("--to", `${(speed - 0.5) * 100}%`);
  };
  tellSpeed();
  const able = info.features.speech;
  const element = h(
    "div",
    { class: "stack" },
    able !== true && missing("Typed lines cannot be spoken here yet.", able),
    able === true && [
      field("Line", text),
      h("div", { class: "pair" }, field("Voice", voiceBox), field("Speed", speedBox)),
      notReady,
    ],
    h("div", { class: "row" }, able === true && speakButton, stopButton, able === true && h("span", { class: "or" }, h("kbd", {}, "Ctrl"), h("kbd", {}, "Enter"))),
    outcome,
    shown.element,
    sync,
    recording((files) => void hear(files), info.features.hear ?? true),
  );
  return { element, drawn };
}

function recording(take: (files: File[]) => void, able: Feature): HTMLElement {
  if (able !== true) return missing("Recordings cannot be heard here yet.", able);
  return h(
    "div",
    { class: "boxed" },
    h("p", {}, h("strong", {}, "A recording of your own")),
    h("p", { class: "help" }, "A WAV file of one voice: the mouth follows what it hears."),
    filePicker("Choose a WAV", "audio/wav,audio/x-wav,.wav", take, false, "quiet"),
  );
}

function describe(offset: number): string {
  const ms = Math.round(offset);
  if (Math.abs(ms) < 1) return "together";
  return `sound ${Math.abs(ms)} ms ${ms > 0 ? "ahead" : "behind"}`;
}
