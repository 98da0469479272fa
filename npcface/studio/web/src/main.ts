// The page begins here: ask the studio what it can do, then show the place that the address names.

import { failureOf } from "./core/errors";
import { h } from "./core/dom";
import { notice } from "./core/notice";
import { go, type Place, route } from "./core/router";
import { listenForShortcuts, shortcut } from "./core/shortcuts";
import { applyTheme } from "./core/theme";
import { enrolView } from "./enrol/view";
import { galleryView } from "./gallery/view";
import { liveView } from "./live/view";
import { shell } from "./shell/shell";
import { Studio } from "./studio";

applyTheme();
listenForShortcuts();
shortcut("g", "Go to the characters", null, () => go({ view: "gallery" }));
shortcut("n", "New character", null, () => go({ view: "new" }));
void begin();

async function begin(): Promise<void> {
  const app = document.getElementById("app");
  if (!app) return;
  const frame = shell();
  app.replaceChildren(frame.element);
  try {
    const studio = await Studio.connect();
    frame.tell(studio.info);
    route((place, left) => {
      frame.show(place, title(studio, place), view(studio, place, left));
      // a character may have come to be in the meantime; if the studio is away, the place itself says so
      if (place.view !== "new") studio.look().catch(() => undefined);
    });
  } catch (thrown) {
    const again = h("button", { type: "button", onclick: () => location.reload() }, "Try again");
    frame.show({ view: "gallery" }, "npcface studio", h("div", { class: "page" }, notice(failureOf(thrown), again)));
  }
}

function view(studio: Studio, place: Place, left: AbortSignal): HTMLElement {
  if (place.view === "new") return enrolView(studio, left);
  if (place.view === "live") return liveView(studio, place.id, left);
  return galleryView(studio, left);
}

function title(studio: Studio, place: Place): string {
  if (place.view === "new") return "New character";
  if (place.view === "live") return studio.character(place.id)?.name ?? "Live";
  return "Characters";
}
