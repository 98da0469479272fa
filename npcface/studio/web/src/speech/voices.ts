// The list of voices: those that are ready first, by the engine that speaks them; the others below, with what they need.

import type { Voice } from "../contract";
import { h } from "../core/dom";

const ENGINES: Record<string, string> = { hibari: "Natural voices", piper: "Piper voices", espeak: "Robot voices (eSpeak)" };
const NOT_READY = "Not installed";

export function voiceSelect(voices: Voice[], chosen: string, change: (voice: Voice) => void): HTMLSelectElement {
  const groups = new Map<string, Voice[]>();
  for (const voice of [...voices.filter((one) => one.ready), ...voices.filter((one) => !one.ready)]) {
    const engine = voice.id.split(":")[0] ?? "";
    const title = voice.ready ? (ENGINES[engine] ?? "Voices") : NOT_READY;
    groups.set(title, [...(groups.get(title) ?? []), voice]);
  }
  const box: HTMLSelectElement = h(
    "select",
    {
      onchange: () => {
        const voice = voices.find((one) => one.id === box.value);
        if (voice) change(voice);
      },
    },
    ...[...groups].map(([title, list]) => h("optgroup", { label: title }, ...list.map((voice) => option(voice, chosen)))),
  );
  return box;
}

function option(voice: Voice, chosen: string): HTMLElement {
  const name = voice.name.charAt(0).toUpperCase() + voice.name.slice(1);
  const language = voice.language && !voice.id.startsWith("espeak") ? ` · ${voice.language}` : "";
  return h("option", { value: voice.id, selected: voice.id === chosen }, name + language);
}
