// One picture off the live socket: a header of 20 bytes, then RGBA with straight alpha, top row first.

import type { ViewName } from "../contract";

const VERSION = 1;
const HEADER_BYTES = 20;

export interface Frame {
  view: ViewName;
  width: number;
  height: number;
  sequence: number;
  /** Seconds since the socket was opened. */
  time: number;
  /** Seconds into the spoken line, or -1. */
  line: number;
  /** Which spoken line that is, as the studio tells when it starts; 0 while none is spoken. */
  lineNumber: number;
  pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** Null for anything that is not a whole frame of a version this page knows. */
export function readFrame(data: ArrayBuffer): Frame | null {
  if (data.byteLength < HEADER_BYTES) return null;
  const head = new DataView(data);
  const width = head.getUint16(2, true);
  const height = head.getUint16(4, true);
  if (head.getUint8(0) !== VERSION || width === 0 || height === 0) return null;
  if (data.byteLength !== HEADER_BYTES + width * height * 4) return null;
  return {
    view: head.getUint8(1) === 0 ? "a" : "b",
    width,
    height,
    lineNumber: head.getUint16(6, true),
    sequence: head.getUint32(8, true),
    time: head.getFloat32(12, true),
    line: head.getFloat32(16, true),
    pixels: new Uint8ClampedArray(data, HEADER_BYTES),
  };
}
