// Deleting asks first and says where the folder goes.

import type { Character } from "../contract";
import { announce } from "../core/announce";
import { characterPath, remove } from "../core/api";
import { openDialog } from "../core/dialog";
import { fill, h } from "../core/dom";
import { failureOf } from "../core/errors";
import { notice } from "../core/notice";
import type { Studio } from "../studio";

export function askToDelete(studio: Studio, one: Character): void {
  openDialog(`Delete ${one.name}?`, (dialog) => {
    const trouble = h("div", {});
    const run = async (): Promise<void> => {
      try {
        await remove(characterPath(one.id));
        dialog.close();
        await studio.refresh();
        announce(`${one.name} was moved to the trash folder.`);
      } catch (thrown) {
        fill(trouble, notice(failureOf(thrown)));
      }
    };
    return [
      h("p", {}, "Its folder moves to ", h("code", {}, ".trash"), " beside your characters, so it can be put back by hand."),
      trouble,
      h(
        "div",
        { class: "row end" },
        h("button", { type: "button", onclick: () => dialog.close() }, "Keep it"),
        h("button", { type: "button", class: "danger", onclick: () => void run() }, "Delete"),
      ),
    ];
  });
}
