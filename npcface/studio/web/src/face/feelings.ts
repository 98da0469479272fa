// Emotions and idle life: layers over whatever the face does.

import { freshId, h } from "../core/dom";
import { toggle } from "../core/fields";
import type { Session } from "../live/session";

export function feelingPanel(session: Session): HTMLElement {
  const name = freshId("emotion");
  let chosen = "neutral";
  const strength = h("input", { type: "range", id: freshId("strength"), min: 0, max: 1, step: 0.05, value: 0.6, oninput: () => tell() });
  const percent = h("output", { for: strength.id });

  function tell(): void {
    percent.textContent = `${Math.round(Number(strength.value) * 100)} %`;
    strength.style.setProperty("--to", `${Number(strength.value) * 100}%`);
    const emotion = chosen === "neutral" ? null : { [chosen]: Number(strength.value) };
    session.layers.change((layers) => ({ ...layers, emotion }));
  }

  const chips = session.studio.info.emotions.map((emotion) =>
    h(
      "label",
      { class: "emotion" },
      h("input", {
        type: "radio",
        name,
        value: emotion,
        checked: emotion === chosen,
        onchange: () => {
          chosen = emotion;
          tell();
        },
      }),
      h("span", {}, emotion),
    ),
  );
  const element = h(
    "div",
    { class: "stack" },
    h("fieldset", { class: "emotions" }, h("legend", {}, "Emotion"), h("div", { class: "chips" }, ...chips)),
    h("div", { class: "slider wide" }, h("label", { for: strength.id }, "Strength"), strength, percent),
    h("p", { class: "help" }, "30 to 70 % looks like people. Speech keeps its lips: the emotion leaves the mouth free to talk."),
    h(
      "div",
      { class: "boxed" },
      toggle("Idle life", session.layers.get().idle, (idle) => session.layers.change((layers) => ({ ...layers, idle })), "Blinks, small glances and breath, so that nobody stands still."),
    ),
  );
  tell();
  return element;
}
