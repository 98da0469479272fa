// A progress bar with the step in words; screen readers hear each new step once.

import type { Job } from "../contract";
import { announce } from "./announce";
import { h } from "./dom";

export interface Progress {
  element: HTMLElement;
  tell(job: Pick<Job, "progress" | "step">): void;
}

export function progress(label: string): Progress {
  const step = h("p", { class: "progress-step" }, "Starting …");
  const percent = h("span", { class: "progress-percent" }, "0 %");
  const bar = h("progress", { max: 1, value: 0, "aria-label": label });
  let told = "";
  return {
    element: h("div", { class: "progress" }, h("div", { class: "progress-head" }, step, percent), bar),
    tell: (job) => {
      bar.value = job.progress;
      percent.textContent = `${Math.round(job.progress * 100)} %`;
      if (!job.step || job.step === told) return;
      told = job.step;
      step.textContent = sentence(job.step);
      announce(sentence(job.step));
    },
  };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
