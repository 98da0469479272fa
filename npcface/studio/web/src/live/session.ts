// What one visit to the live view is about: the socket, the pose, the layers, the line.

import type { Failure, FromStudio, Layers, Line, Pose, ViewName } from "../contract";
import { Value } from "../core/value";
import type { Studio } from "../studio";
import type { Frame } from "./frame";
import { Link } from "./link";
import { Limits } from "../face/limits";

export class Session {
  readonly pose = new Value<Pose>({});
  readonly layers = new Value<Layers>({ idle: true, emotion: null, camera: false });
  /** The last line that was prepared; exports may speak it. */
  readonly line = new Value<Line | null>(null);
  readonly limits: Limits;
  readonly link: Link;
  private frameTakers = new Set<(frame: Frame) => void>();
  private messageTakers = new Set<(message: FromStudio) => void>();

  constructor(
    readonly studio: Studio,
    readonly left: AbortSignal,
  ) {
    this.limits = new Limits(studio.info.channels);
    this.link = new Link(
      (frame) => this.frameTakers.forEach((take) => take(frame)),
      (message) => this.messageTakers.forEach((take) => take(message)),
      left,
    );
    this.pose.watch((pose) => this.link.setPose(pose), left);
    this.layers.watch((layers) => this.link.setLayers(layers), left);
  }

  onFrame(take: (frame: Frame) => void, until: AbortSignal): void {
    this.frameTakers.add(take);
    until.addEventListener("abort", () => this.frameTakers.delete(take), { once: true });
  }

  onMessage(take: (message: FromStudio) => void, until: AbortSignal): void {
    this.messageTakers.add(take);
    until.addEventListener("abort", () => this.messageTakers.delete(take), { once: true });
  }

  onError(view: ViewName, take: (error: Failure) => void, until: AbortSignal): void {
    this.onMessage((message) => {
      if (message.type === "error" && message.view === view) take(message.error);
    }, until);
  }

  /** Set channels; zeros are left out, values are kept in their ranges. */
  setChannels(values: Pose): void {
    this.pose.change((pose) => {
      const next = { ...pose, ...values };
      for (const name of Object.keys(values)) {
        const value = this.limits.clamp(name, next[name] ?? 0);
        if (Math.abs(value) < 0.0005) delete next[name];
        else next[name] = value;
      }
      return next;
    });
  }
}
