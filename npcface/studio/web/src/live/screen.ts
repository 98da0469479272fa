// A canvas that shows the newest frame at each refresh and tells how many it really drew.

import { h } from "../core/dom";
import type { Frame } from "./frame";
import { Rate } from "./rate";

export class Screen {
  readonly canvas = h("canvas", { class: "screen", width: 256, height: 256, tabindex: 0, role: "img" });
  readonly rate = new Rate();
  alphaOnly = false;
  private context = this.canvas.getContext("2d");
  private next: Frame | null = null;
  private asked = false;

  /** `drawn` is told each frame after it is on the canvas; frames that came too fast are left out. */
  constructor(private drawn: (frame: Frame) => void) {}

  take(frame: Frame): void {
    this.next = frame;
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame((now) => this.draw(now));
  }

  private draw(now: number): void {
    this.asked = false;
    const frame = this.next;
    if (!frame || !this.context) return;
    const { width, height, pixels } = frame;
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    if (this.alphaOnly) showAlpha(pixels);
    this.context.putImageData(new ImageData(pixels, width, height), 0, 0);
    this.rate.count(now);
    // for tests and for people who look under the bonnet
    this.canvas.dataset.sequence = String(frame.sequence);
    this.canvas.dataset.line = frame.line.toFixed(3);
    this.drawn(frame);
  }
}

/** White where the picture is solid, black where it is clear. */
function showAlpha(pixels: Uint8ClampedArray): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3] ?? 0;
    pixels[at] = pixels[at + 1] = pixels[at + 2] = alpha;
    pixels[at + 3] = 255;
  }
}
