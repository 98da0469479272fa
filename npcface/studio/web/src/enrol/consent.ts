// Why this face may be used, in plain words; the text lands in the character's manifest.

import { freshId, h } from "../core/dom";
import { field } from "../core/fields";

interface Ground {
  title: string;
  help: string;
  text: string;
  /** What is asked besides, if anything. */
  who?: string;
}

const GROUNDS: Ground[] = [
  {
    title: "Nobody real",
    help: "Painted, modelled or made by an image generator; it is not meant to look like a living person.",
    text: "Nobody real is shown: the portrait was made for this character.",
  },
  {
    title: "It is me",
    help: "Your own face, and you want it to be used like this.",
    text: "The portrait shows its owner, who made this character.",
  },
  {
    title: "Someone who agreed",
    help: "The person knows that the picture will speak and move, and said yes.",
    text: "The person shown agreed to this use",
    who: "Who agreed, and when",
  },
  {
    title: "Free to use",
    help: "A historic portrait, or one whose licence allows it. Public pictures of living people are not free by themselves.",
    text: "The portrait may be used freely",
    who: "Where that is written",
  },
];

export function consentField(): { element: HTMLElement; text(): string } {
  const name = freshId("consent");
  const detail = h("input", { type: "text", maxlength: 400, autocomplete: "off" });
  const more = field("Who agreed, and when", detail);
  more.hidden = true;
  let chosen: Ground | undefined;
  const choose = (ground: Ground): void => {
    chosen = ground;
    more.hidden = !ground.who;
    detail.required = Boolean(ground.who);
    const label = more.querySelector("label");
    if (label && ground.who) label.textContent = ground.who;
  };
  const element = h(
    "fieldset",
    { class: "grounds" },
    h("legend", {}, "Why may this face be used?"),
    ...GROUNDS.map((ground) =>
      h(
        "label",
        { class: "ground" },
        h("input", { type: "radio", name, required: true, onchange: () => choose(ground) }),
        h("span", {}, h("strong", {}, ground.title), h("small", {}, ground.help)),
      ),
    ),
    more,
  );
  return { element, text: () => (chosen?.who ? `${chosen.text}: ${detail.value.trim()}` : (chosen?.text ?? "")) };
}
