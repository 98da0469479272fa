// Everything that can go wrong reaches people as a cause and a remedy.

import type { Failure } from "../contract";

export class StudioError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.cause);
  }
}

export function failure(cause: string, remedy: string, code = "page"): StudioError {
  return new StudioError({ code, cause, remedy });
}

/** Any thrown thing as a cause and a remedy. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof StudioError) return thrown.failure;
  const cause = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "page", cause: `Something unexpected happened: ${cause}.`, remedy: "Reload the page and try again." };
}

export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === "AbortError";
}
