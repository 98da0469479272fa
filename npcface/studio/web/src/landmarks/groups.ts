// The list of groups beside the board; the chosen one is bright in the picture.

import { freshId, h } from "../core/dom";
import { type Group, GROUPS, groupOf } from "./points";

export function groupList(choose: (group: Group) => void): { element: HTMLElement; tell(point: string): void } {
  const name = freshId("group");
  const inputs = new Map<Group, HTMLInputElement>();
  const element = h(
    "fieldset",
    { class: "groups" },
    h("legend", {}, "Groups of points"),
    ...GROUPS.map((group) => {
      const input = h("input", { type: "radio", name, onchange: () => choose(group) });
      inputs.set(group, input);
      return h("label", {}, input, h("span", {}, group.label), h("small", {}, String(group.at.length)));
    }),
  );
  const tell = (point: string): void => {
    const group = groupOf(point);
    const input = group && inputs.get(group);
    if (input) input.checked = true;
  };
  return { element, tell };
}
