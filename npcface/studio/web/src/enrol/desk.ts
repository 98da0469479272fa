// One portrait on its way to a character: form, progress, and what happens when the face needs help.

import { upload } from "../core/api";
import { announce } from "../core/announce";
import type { Failure } from "../contract";
import { fill, h } from "../core/dom";
import { failureOf, isAbort } from "../core/errors";
import { checkPicture, PORTRAIT_TYPES } from "../core/files";
import { filePicker } from "../core/fields";
import { follow } from "../core/jobs";
import { notice } from "../core/notice";
import { progress } from "../core/progress";
import { go } from "../core/router";
import { landmarkEditor } from "../landmarks/editor";
import type { Points } from "../landmarks/points";
import type { Studio } from "../studio";
import { enrolForm } from "./form";
import { picture } from "./picture";

export function enrolDesk(studio: Studio, portrait: File, shots: File[], replace: (files: File[]) => void, left: AbortSignal): HTMLElement {
  const shown = picture(portrait, left);
  const outcome = h("div", { class: "outcome" });
  const form = enrolForm(portrait, shots, () => void send());
  const another = filePicker("Use another picture", PORTRAIT_TYPES, replace, true, "quiet");
  const pictureSide = h("div", { class: "picture-side" }, shown.element, another);
  const formSide = h("div", { class: "form-side" }, outcome, form.element);
  const desk = h("div", { class: "desk" }, pictureSide, formSide);
  let face: number | null = null;
  let landmarks: Points | null = null;

  const unfit = checkPicture(portrait);
  if (unfit) {
    form.element.hidden = true;
    fill(outcome, notice(unfit.failure));
  }

  async function send(): Promise<void> {
    const data = form.data();
    if (face !== null) data.append("face", String(face));
    if (landmarks) data.append("landmarks", JSON.stringify({ schema: 1, points: landmarks }));
    const bar = progress("Making the character");
    form.element.hidden = true;
    shown.choose([], () => undefined);
    fill(outcome, h("h2", {}, `Making ${data.get("name")}`), bar.element);
    try {
      const { job } = await upload<{ job: string }>("/api/enroll", data);
      const done = await follow(job, bar.tell, left);
      await studio.refresh();
      const id = done.result?.character?.id;
      announce("The character is ready.");
      if (!left.aborted) go(id ? { view: "live", id } : { view: "gallery" });
    } catch (thrown) {
      if (!isAbort(thrown)) help(failureOf(thrown));
    }
  }

  /** Say what went wrong, and offer the way on that fits it. */
  function help(error: Failure): void {
    form.element.hidden = false;
    const faces = error.faces ?? [];
    if (faces.length > 1) {
      fill(outcome, notice({ ...error, cause: `${faces.length} faces are in this picture.`, remedy: "Click the one that you want; it is made at once." }));
      shown.choose(faces, (index) => {
        face = index;
        void send();
      });
    } else if (error.code === "face") {
      fill(outcome, notice(error, h("button", { type: "button", onclick: place }, "Place the face by hand")));
    } else {
      fill(outcome, notice(error));
    }
    outcome.querySelector("button")?.focus();
  }

  function place(): void {
    const editor = landmarkEditor(shown.source, shown.size(), left, (points) => {
      desk.replaceChildren(pictureSide, formSide);
      if (!points) return;
      landmarks = points;
      void send();
    });
    desk.replaceChildren(editor);
    editor.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  }

  return desk;
}
