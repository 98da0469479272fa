// Taking a character out of the studio: a picture, an animation, or the character itself.

import type { ExportKind, ExportOrder, Job, Quality, SavedFile } from "../contract";
import { post } from "../core/api";
import { openDialog } from "../core/dialog";
import { fill, freshId, h } from "../core/dom";
import { failureOf, isAbort } from "../core/errors";
import { field, select } from "../core/fields";
import { readableBytes } from "../core/files";
import { icon } from "../core/icons";
import { follow } from "../core/jobs";
import { missing, notice } from "../core/notice";
import { progress } from "../core/progress";
import type { Look } from "../live/look";
import type { Session } from "../live/session";

interface Kind {
  value: ExportKind;
  title: string;
  help: string;
  moves: boolean;
}

const KINDS: Kind[] = [
  { value: "png", title: "Picture", help: "PNG of the face as it is now", moves: false },
  { value: "sprites", title: "Sprite sheet", help: "Mouths, lids, emotions and turns on one PNG, with a list", moves: false },
  { value: "webp", title: "Animation", help: "WebP that loops; transparent on Clear", moves: true },
  { value: "mp4", title: "Video", help: "MP4 with sound", moves: true },
  { value: "pack", title: "Character", help: "The folder as a ZIP for a mod", moves: false },
];

const SIZE = 512;
/** The longest animation that the studio makes. */
const LONGEST_S = 120;

export function exportDialog(session: Session, character: string, look: Look, quality: Quality): void {
  if (document.querySelector("dialog[open]")) return;
  const name = session.studio.character(character)?.name ?? character;
  openDialog(`Export ${name}`, (dialog) => {
    const group = freshId("kind");
    let kind: Kind = KINDS[0] as Kind;
    const { sizes } = session.studio.info;
    let size = String(sizes.includes(SIZE) ? SIZE : (sizes.at(-1) ?? SIZE));
    let timed = false;
    let busy = false;
    const line = session.line.get();
    const seconds = h("input", { type: "number", min: 1, max: LONGEST_S, step: 1, value: line ? Math.min(Math.ceil(line.seconds), LONGEST_S) : 4, oninput: () => (timed = true) });
    const speak = h("input", { type: "checkbox", checked: line !== null });
    const sizeField = field("Size", select(sizes.map((one) => ({ value: String(one), label: `${one} × ${one}` })), size, (chosen) => (size = chosen)));
    const secondsField = field("Seconds", seconds);
    const speakField = h("label", { class: "check" }, speak, h("span", {}, "Speak the last line"));
    const outcome = h("div", { class: "outcome" });
    const make = h("button", { type: "submit", class: "primary" }, "Make it");

    function choose(chosen: Kind): void {
      kind = chosen;
      sizeField.hidden = kind.value === "pack";
      secondsField.hidden = seconds.disabled = !kind.moves;
      speakField.hidden = !kind.moves || line === null;
      const able = session.studio.info.features.video;
      fill(outcome, !possible() && missing("Video cannot be made here yet.", able));
      tell();
    }

    const possible = (): boolean => kind.value !== "mp4" || session.studio.info.features.video === true;
    const tell = (): void => {
      kinds.disabled = busy;
      make.disabled = busy || !possible();
    };

    async function run(): Promise<void> {
      const bar = progress("Export");
      busy = true;
      tell();
      fill(outcome, bar.element);
      try {
        const { job } = await post<{ job: string }>("/api/export", order());
        fill(outcome, saved(await follow(job, bar.tell, dialog.closed)));
        outcome.querySelector("a")?.focus();
      } catch (thrown) {
        if (!isAbort(thrown)) fill(outcome, notice(failureOf(thrown)));
      } finally {
        busy = false;
        tell();
      }
    }

    function order(): ExportOrder {
      const { emotion, idle } = session.layers.get();
      const spoken = kind.moves && speak.checked ? line : null;
      return {
        character,
        kind: kind.value,
        size: Number(size),
        background: look.background,
        quality,
        values: session.pose.get(),
        idle,
        ...(emotion && { emotion }),
        // a line ends when it ends, unless another length was typed
        ...(kind.moves && (timed || !spoken) && { seconds: Number(seconds.value) }),
        ...(spoken && { line: spoken.line }),
      };
    }

    const send = (event: SubmitEvent): void => {
      event.preventDefault();
      void run();
    };
    const kinds = h(
      "fieldset",
      { class: "kinds" },
      h("legend", { class: "unseen" }, "What to export"),
      ...KINDS.map((one) =>
        h("label", { class: "kind" }, h("input", { type: "radio", name: group, value: one.value, checked: one === kind, autofocus: one === kind, onchange: () => choose(one) }), h("span", {}, h("strong", {}, one.title), h("small", {}, one.help))),
      ),
    );
    choose(kind);
    return h(
      "form",
      { class: "form", onsubmit: send },
      kinds,
      h("div", { class: "pair" }, sizeField, secondsField),
      speakField,
      h("p", { class: "help" }, "Pose, emotion, idle life, background and quality are those of the live picture."),
      outcome,
      h("div", { class: "row end" }, make),
    );
  });
}

function saved(job: Job): HTMLElement {
  const file = job.result?.file as SavedFile;
  return h(
    "div",
    { class: "saved" },
    file.mime.startsWith("image/") && h("img", { src: file.url, alt: "The exported picture" }),
    h("div", {}, h("strong", {}, file.name), h("small", {}, readableBytes(file.bytes))),
    h("a", { class: "button primary", href: file.url, download: file.name }, icon("save"), "Save"),
  );
}
