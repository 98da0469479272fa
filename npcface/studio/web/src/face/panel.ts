// All channels of the face in groups that can be filtered, reset and copied.

import { announce } from "../core/announce";
import { h } from "../core/dom";
import { toggle } from "../core/fields";
import { icon } from "../core/icons";
import type { Session } from "../live/session";
import { copyText } from "./copy";
import { sliderGroup } from "./group";

export function facePanel(session: Session): HTMLElement {
  let linked = true;
  const set = (name: string, value: number): void => {
    const twin = linked ? session.limits.twin(name) : null;
    session.setChannels(twin ? { [name]: value, [twin]: value } : { [name]: value });
  };
  const groups = session.studio.info.channels.map((group, at) => sliderGroup(session, group, set, at < 3));
  const none = h("p", { class: "help" }, "No channel has that in its name.");
  none.hidden = true;
  const filter = h("input", {
    type: "search",
    placeholder: "Find a channel, like jaw or smile",
    "aria-label": "Find a channel",
    oninput: () => {
      const found = groups.map((group) => group.filter(filter.value.trim().toLowerCase()));
      none.hidden = found.some(Boolean);
    },
  });
  const copy = async (): Promise<void> => {
    const done = await copyText(JSON.stringify(session.pose.get(), null, 2));
    announce(done ? "The pose was copied as JSON." : "The browser did not allow copying.");
    copyLabel.textContent = done ? "Copied" : "Not allowed";
    setTimeout(() => (copyLabel.textContent = "Copy as JSON"), 1500);
  };
  const copyLabel = h("span", {}, "Copy as JSON");
  return h(
    "div",
    { class: "face" },
    h("div", { class: "face-tools" }, filter, h("button", { type: "button", class: "quiet", onclick: () => session.pose.set({}) }, "Reset all")),
    h(
      "div",
      { class: "face-tools" },
      toggle("Left and right together", linked, (on) => (linked = on)),
      h("span", { class: "spacer" }),
      h("button", { type: "button", class: "quiet small", onclick: () => void copy() }, icon("copy"), copyLabel),
    ),
    ...groups.map((group) => group.element),
    none,
  );
}
