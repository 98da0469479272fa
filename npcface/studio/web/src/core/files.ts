// Pictures and sounds that people give: dropped, chosen or pasted, and checked before they are sent.

import { failure, type StudioError } from "./errors";

export const PORTRAIT_TYPES = "image/png,image/jpeg,image/webp";
const MAX_MIB = 64;

/** Only the pictures npcface reads; the first reason otherwise. */
export function checkPicture(file: File): StudioError | null {
  if (!PORTRAIT_TYPES.split(",").includes(file.type)) {
    return failure(`${file.name} is ${file.type || "of an unknown kind"}, not a JPEG, PNG or WebP picture.`, "Save it as one of these and try again.");
  }
  return checkSize(file);
}

export function checkSize(file: File): StudioError | null {
  if (file.size <= MAX_MIB * 1024 * 1024) return null;
  return failure(`${file.name} is ${Math.round(file.size / 1024 / 1024)} MiB; at most ${MAX_MIB} MiB can be read.`, "Scale it down or cut it shorter.");
}

export function filesOf(data: DataTransfer | null): File[] {
  return data ? [...data.files] : [];
}

/** "Lady_of-the-lake.png" → "Lady of the lake". */
export function nameFrom(file: File): string {
  const stem = file.name.replace(/\.[^.]*$/, "").replace(/[_-]+/g, " ").trim();
  return (stem.charAt(0).toUpperCase() + stem.slice(1)).slice(0, 80);
}

export function readableBytes(count: number): string {
  if (count < 1000) return `${count} bytes`;
  if (count < 1e6) return `${(count / 1e3).toFixed(0)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}

/** Take files that are pasted anywhere in the page while a view is shown. */
export function onPaste(take: (files: File[]) => void, until: AbortSignal): void {
  document.addEventListener(
    "paste",
    (event) => {
      const files = filesOf(event.clipboardData);
      if (files.length === 0) return;
      event.preventDefault();
      take(files);
    },
    { signal: until },
  );
}
