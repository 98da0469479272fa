// The live socket: it comes back by itself, and what was wanted is told again when it does.

import type { FromStudio, Layers, OpenView, Pose, ToStudio, ViewName } from "../contract";
import { socketAddress } from "../core/api";
import { Value } from "../core/value";
import { type Frame, readFrame } from "./frame";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;

export class Link {
  readonly state = new Value<"connecting" | "live" | "lost">("connecting");
  private socket: WebSocket | null = null;
  private wait = FIRST_WAIT_MS;
  private views = new Map<ViewName, OpenView>();
  private pose: Pose = {};
  private layers: Layers = { idle: false, emotion: null, camera: false };
  private poseWaits = false;

  constructor(
    private onFrame: (frame: Frame) => void,
    private onMessage: (message: FromStudio) => void,
    private left: AbortSignal,
  ) {
    left.addEventListener("abort", () => this.socket?.close(), { once: true });
    this.connect();
  }

  show(view: OpenView): void {
    this.views.set(view.view, view);
    this.send({ type: "open", ...view });
  }

  hide(view: ViewName): void {
    if (this.views.delete(view)) this.send({ type: "close", view });
  }

  /** Poses are sent once a picture at most; the latest wins. */
  setPose(pose: Pose): void {
    this.pose = pose;
    if (this.poseWaits) return;
    this.poseWaits = true;
    requestAnimationFrame(() => {
      this.poseWaits = false;
      this.send({ type: "pose", values: this.pose });
    });
  }

  setLayers(layers: Layers): void {
    this.layers = layers;
    this.send({ type: "layers", ...layers });
  }

  send(message: ToStudio): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private connect(): void {
    const socket = new WebSocket(socketAddress("/api/live"));
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.addEventListener("open", () => this.opened());
    socket.addEventListener("message", (event) => this.heard(event.data as string | ArrayBuffer));
    socket.addEventListener("close", () => this.lost());
  }

  private opened(): void {
    if (this.left.aborted) return this.socket?.close();
    this.state.set("live");
    this.send({ type: "pose", values: this.pose });
    this.send({ type: "layers", ...this.layers });
    for (const view of this.views.values()) this.send({ type: "open", ...view });
  }

  private heard(data: string | ArrayBuffer): void {
    if (this.left.aborted) return;
    if (typeof data === "string") return this.told(JSON.parse(data) as FromStudio);
    const frame = readFrame(data);
    if (frame) this.onFrame(frame);
  }

  private told(message: FromStudio): void {
    // only now is it sure that the studio has room for this page
    if (message.type === "opened") this.wait = FIRST_WAIT_MS;
    this.onMessage(message);
  }

  private lost(): void {
    if (this.left.aborted) return;
    this.state.set("lost");
    const timer = setTimeout(() => this.connect(), this.wait);
    this.left.addEventListener("abort", () => clearTimeout(timer), { once: true });
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }
}
