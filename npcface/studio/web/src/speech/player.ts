// The sound of a line. It starts with the first frame that belongs to the line, at that frame's place in the line, and
// each later frame tells how far sound and picture are apart.

import { bytes } from "../core/api";

const MOST_SKIPPED_S = 0.1;

export class Player {
  private context: AudioContext | null = null;
  private buffer: AudioBuffer | null = null;
  private source: AudioBufferSourceNode | null = null;
  private startedAt = 0;
  private closed = false;

  /**
   * Fetch and decode; to be called from a click or a key, or the browser will not let it sound. What sounds goes on
   * until the new sound is there. Nothing is loaded once the player is closed.
   */
  async load(address: string): Promise<void> {
    if (this.closed) return;
    const context = (this.context ??= new AudioContext({ latencyHint: "interactive" }));
    const [data] = await Promise.all([bytes(address), context.resume()]);
    if (this.closed) return;
    const buffer = await context.decodeAudioData(data);
    if (this.closed) return;
    this.stop();
    this.buffer = buffer;
  }

  get waiting(): boolean {
    return this.buffer !== null && this.source === null;
  }

  start(lineSeconds: number): void {
    if (!this.context || !this.buffer) return;
    const source = this.context.createBufferSource();
    source.buffer = this.buffer;
    source.connect(this.context.destination);
    // what is started now is heard a little later: begin as much further on
    const place = lineSeconds + Math.min(this.context.outputLatency || this.context.baseLatency || 0, MOST_SKIPPED_S);
    this.startedAt = this.context.currentTime - place;
    source.start(0, Math.min(place, this.buffer.duration));
    this.source = source;
  }

  /** Sound minus picture in milliseconds: positive when the sound is ahead. Null while nothing sounds. */
  offsetMs(lineSeconds: number): number | null {
    if (!this.context || !this.source || !this.buffer) return null;
    const heard = this.context.currentTime - this.startedAt - (this.context.outputLatency || 0);
    return heard > this.buffer.duration ? null : (heard - lineSeconds) * 1000;
  }

  stop(): void {
    this.source?.stop();
    this.source = null;
    this.buffer = null;
  }

  close(): void {
    this.closed = true;
    this.stop();
    void this.context?.close();
    this.context = null;
  }
}
