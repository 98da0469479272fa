// Long work runs in the studio as a job; the page asks how far it is.

import type { Job } from "../contract";
import { get } from "./api";
import { failure, StudioError } from "./errors";

const POLL_MS = 150;

/** Follow a job to its end; a failed job throws its error. */
export async function follow(job: string, tell: (job: Job) => void, signal: AbortSignal): Promise<Job> {
  for (;;) {
    const state = await get<Job>(`/api/jobs/${encodeURIComponent(job)}`, signal);
    tell(state);
    if (state.state === "done") return state;
    if (state.state === "failed") {
      throw state.error ? new StudioError(state.error) : failure("The work stopped without a reason.", "Try it again.");
    }
    await pause(POLL_MS, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new DOMException("left", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
