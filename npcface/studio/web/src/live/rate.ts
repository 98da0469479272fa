// Frames that were really drawn, a second.

const WINDOW_MS = 1000;

export class Rate {
  private times: number[] = [];

  count(now: number): void {
    this.times.push(now);
    this.forget(now);
  }

  perSecond(now: number): number {
    this.forget(now);
    return this.times.length;
  }

  private forget(now: number): void {
    while (this.times[0] !== undefined && this.times[0] <= now - WINDOW_MS) this.times.shift();
  }
}
