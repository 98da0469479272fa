// Why this face may be used, in plain words; the answer lands in the character's manifest as `rights`.

import type { Ground } from "../contract";
import { freshId, h } from "../core/dom";
import { field } from "../core/fields";

/** What is asked besides, by its field of the manifest. */
type Detail = "holder" | "date" | "evidence" | "use";

interface Choice {
  ground: Ground;
  title: string;
  help: string;
  asks: Partial<Record<Detail, string>>;
  needed?: Detail;
}

const CHOICES: Choice[] = [
  {
    ground: "invented",
    title: "Nobody real",
    help: "Painted, modelled or made by an image generator; it is not meant to look like a living person.",
    asks: {},
  },
  {
    ground: "own-face",
    title: "It is me",
    help: "Your own face, and you want it to be used like this.",
    asks: { use: "What for, if not for everything" },
  },
  {
    ground: "consent",
    title: "Someone who agreed",
    help: "The person knows that the picture will speak and move, and said yes.",
    asks: { holder: "Who agreed", date: "When", use: "What for" },
    needed: "holder",
  },
  {
    ground: "licence",
    title: "The licence allows it",
    help: "It says so for the picture, and for the face in it. Public pictures of living people are not free by themselves.",
    asks: { evidence: "Where that is written", holder: "Who gave it" },
    needed: "evidence",
  },
  {
    ground: "public-domain",
    title: "In the public domain",
    help: "A historic portrait, or one that an archive has released.",
    asks: { evidence: "Where that is written" },
    needed: "evidence",
  },
];
const PLACEHOLDERS: Partial<Record<Detail, string>> = { use: "this mod, any game …", evidence: "an address, or a sentence" };

export interface ConsentField {
  element: HTMLElement;
  /** Add the answer to a form that is sent. */
  tell(form: FormData): void;
}

export function consentField(): ConsentField {
  const name = freshId("consent");
  const details = h("div", { class: "ground-details", hidden: true });
  let inputs: [Detail, HTMLInputElement][] = [];
  let chosen: Choice | undefined;

  function choose(choice: Choice): void {
    const before = new Map(inputs.map(([detail, input]) => [detail, input.value]));
    chosen = choice;
    const asked = Object.entries(choice.asks) as [Detail, string][];
    inputs = asked.map(([detail]) => [detail, input(detail, choice.needed === detail, before.get(detail) ?? "")]);
    details.replaceChildren(
      ...inputs.map(([detail, one]) => field(`${choice.asks[detail]}${one.required ? "" : " (optional)"}`, one)),
    );
    details.hidden = asked.length === 0;
  }

  const element = h(
    "fieldset",
    { class: "grounds" },
    h("legend", {}, "Why may this face be used?"),
    ...CHOICES.flatMap((choice) => [
      h(
        "label",
        { class: "ground" },
        h("input", {
          type: "radio",
          name,
          required: true,
          onchange: (event: Event) => {
            choose(choice);
            (event.target as HTMLElement).closest("label")?.after(details);
          },
        }),
        h("span", {}, h("strong", {}, choice.title), h("small", {}, choice.help)),
      ),
    ]),
    details,
  );

  function tell(form: FormData): void {
    if (!chosen) return;
    form.append("ground", chosen.ground);
    for (const [detail, input] of inputs) if (input.value.trim()) form.append(detail, input.value.trim());
  }
  return { element, tell };
}

function input(detail: Detail, required: boolean, value: string): HTMLInputElement {
  const type = detail === "date" ? "date" : "text";
  return h("input", { type, required, value, maxlength: 200, autocomplete: "off", placeholder: PLACEHOLDERS[detail] ?? "" });
}
