// One group of sliders that opens and closes, with a dot while something in it is moved.

import type { ChannelGroup } from "../contract";
import { h } from "../core/dom";
import type { Session } from "../live/session";
import { slider } from "./slider";

export interface SliderGroup {
  element: HTMLElement;
  /** Show only channels with this text; false if there is none. */
  filter(text: string): boolean;
}

export function sliderGroup(session: Session, group: ChannelGroup, set: (name: string, value: number) => void, open: boolean): SliderGroup {
  const sliders = group.names.map((channel) => ({ channel, ...slider(channel, (value) => set(channel.name, value)) }));
  const reset = h(
    "button",
    {
      type: "button",
      class: "bare small group-reset",
      "aria-label": `Reset ${group.group}`,
      onclick: () => session.setChannels(Object.fromEntries(group.names.map(({ name }) => [name, 0]))),
    },
    "Reset",
  );
  const count = h("span", { class: "group-count" });
  const details = h(
    "details",
    { class: "group", open },
    h("summary", {}, h("span", {}, group.group), count),
    h("div", { class: "group-body" }, ...sliders.map(({ element }) => element)),
  );
  session.pose.watch((pose) => {
    let moved = 0;
    for (const { channel, tell } of sliders) {
      const value = pose[channel.name] ?? 0;
      if (value !== 0) moved += 1;
      tell(value);
    }
    count.textContent = moved > 0 ? `${moved} moved` : "";
    reset.hidden = moved === 0;
  }, session.left);

  const element = h("div", { class: "group-box" }, details, reset);
  let openBefore = open;
  function filter(text: string): boolean {
    let any = false;
    for (const { channel, element: row } of sliders) {
      const hit = text === "" || `${group.group} ${channel.label} ${channel.name}`.toLowerCase().includes(text);
      row.hidden = !hit;
      any ||= hit;
    }
    element.hidden = !any;
    if (text === "") details.open = openBefore;
    else if (any) details.open = true;
    return any;
  }
  // what people opened themselves comes back when the filter is empty again
  details.querySelector("summary")?.addEventListener("click", () => (openBefore = !details.open));
  return { element, filter };
}
