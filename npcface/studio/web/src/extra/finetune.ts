// More photos make a closer likeness. The result stands beside the original, so that both can be compared.

import { characterPath, upload } from "../core/api";
import { openDialog } from "../core/dialog";
import { fill, h } from "../core/dom";
import { failureOf, isAbort } from "../core/errors";
import { filePicker } from "../core/fields";
import { checkPicture, PORTRAIT_TYPES } from "../core/files";
import { follow } from "../core/jobs";
import { missing, notice } from "../core/notice";
import { progress } from "../core/progress";
import type { Session } from "../live/session";

export function finetuneDialog(session: Session, id: string, compare: (tuned: string) => void): void {
  const name = session.studio.character(id)?.name ?? id;
  openDialog(`Fine-tune ${name}`, (dialog) => {
    const able = session.studio.info.features.finetune;
    if (able !== true) return missing("Fine-tuning is not installed here.", able);
    const files: File[] = [];
    const thumbs = h("ul", { class: "thumbs" });
    const outcome = h("div", {});
    const start = h("button", { type: "button", class: "primary", disabled: true, onclick: () => void run() }, "Start");
    const picker = filePicker("Add photos", PORTRAIT_TYPES, add, true, "quiet");

    function add(more: File[]): void {
      fill(outcome);
      for (const file of more) {
        const unfit = checkPicture(file);
        if (unfit) {
          fill(outcome, notice(unfit.failure));
          continue;
        }
        files.push(file);
        const source = URL.createObjectURL(file);
        dialog.closed.addEventListener("abort", () => URL.revokeObjectURL(source), { once: true });
        thumbs.append(h("li", {}, h("img", { src: source, alt: file.name })));
      }
      start.disabled = files.length === 0;
    }

    async function run(): Promise<void> {
      const form = new FormData();
      for (const file of files) form.append("portrait", file);
      const bar = progress("Fine-tuning");
      start.hidden = picker.hidden = true;
      fill(outcome, bar.element);
      try {
        const { job } = await upload<{ job: string }>(`${characterPath(id)}/finetune`, form);
        const done = await follow(job, bar.tell, dialog.closed);
        await session.studio.refresh();
        const tuned = done.result?.character?.id ?? `${id}-tuned`;
        const show = (): void => {
          dialog.close();
          compare(tuned);
        };
        fill(outcome, h("p", {}, "Done. The tuned one stands beside the original, which stays as it was."), h("div", { class: "row end" }, h("button", { type: "button", class: "primary", onclick: show }, "Compare before and after")));
        outcome.querySelector("button")?.focus();
      } catch (thrown) {
        if (isAbort(thrown)) return;
        start.hidden = picker.hidden = false;
        fill(outcome, notice(failureOf(thrown)));
      }
    }

    return [
      h("p", {}, "Add a few more photos of the same face: other angles, another smile, good light. Learning takes a few minutes."),
      thumbs,
      outcome,
      h("div", { class: "row end" }, picker, start),
    ];
  });
}
