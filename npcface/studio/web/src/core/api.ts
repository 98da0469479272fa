// The studio's HTTP side: JSON in and out, errors as StudioError.

import type { Failure } from "../contract";
import { failure, isAbort, StudioError } from "./errors";

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, signal ? { signal } : {});
}

export function post<T>(path: string, body: unknown): Promise<T> {
  return ask<T>(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

export function upload<T>(path: string, form: FormData): Promise<T> {
  return ask<T>(path, { method: "POST", body: form });
}

export function remove<T>(path: string): Promise<T> {
  return ask<T>(path, { method: "DELETE" });
}

/** Bytes of a file that the studio made. */
export async function bytes(path: string): Promise<ArrayBuffer> {
  const answer = await reach(path, {});
  if (!answer.ok) throw await refusal(answer);
  return answer.arrayBuffer();
}

export function socketAddress(path: string): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}

export const characterPath = (id: string): string => `/api/characters/${encodeURIComponent(id)}`;

async function ask<T>(path: string, options: RequestInit): Promise<T> {
  const answer = await reach(path, options);
  if (!answer.ok) throw await refusal(answer);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

async function reach(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(path, options);
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    throw failure("The studio does not answer.", "See whether `npcface studio` still runs in its window; start it again and reload this page.");
  }
}

async function refusal(answer: Response): Promise<StudioError> {
  try {
    const body = (await answer.json()) as { error: Failure };
    if (typeof body.error?.cause === "string") return new StudioError(body.error);
  } catch {
    // not JSON: say what is known
  }
  return failure(`The studio refused with status ${answer.status}.`, "Reload the page; if it stays, see the studio's window.");
}
