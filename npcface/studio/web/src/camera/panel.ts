// Driving the face with one's own: nothing leaves this computer, and the light goes off with the switch.

import type { Failure, FromCamera } from "../contract";
import { announce } from "../core/announce";
import { fill, h } from "../core/dom";
import { failureOf } from "../core/errors";
import { toggle } from "../core/fields";
import { missing, notice } from "../core/notice";
import type { Session } from "../live/session";
import { sendCamera } from "./sender";

const HUNG_UP: Failure = { code: "page", cause: "The studio stopped reading the camera.", remedy: "Switch the camera on again." };

export function cameraPanel(session: Session): HTMLElement {
  const able = session.studio.info.features.camera;
  if (able !== true) return h("div", { class: "stack" }, missing("The camera cannot drive a face here yet.", able));
  const video = h("video", { class: "camera-video", muted: true, playsinline: true, "aria-label": "Your camera" });
  video.muted = true;
  video.hidden = true;
  const status = h("p", { class: "camera-status" });
  const outcome = h("div", {});
  let running: AbortController | null = null;

  function told(message: FromCamera): void {
    if (message.type === "tracked") status.textContent = `Face found, read in ${Math.round(message.ms)} ms`;
    else if (message.type === "lost") status.textContent = "No face in sight: come closer and face the light.";
    else fill(outcome, notice(message.error));
    status.dataset.state = message.type;
  }

  async function start(): Promise<void> {
    const own = new AbortController();
    running = own;
    const until = AbortSignal.any([own.signal, session.left]);
    status.textContent = "Opening the camera …";
    video.hidden = false;
    try {
      await sendCamera(video, told, ended, until);
      if (until.aborted) return;
      session.layers.change((layers) => ({ ...layers, camera: true }));
      announce("The camera drives the face.");
    } catch (thrown) {
      if (until.aborted) return;
      stop();
      box.checked = false;
      fill(outcome, notice(failureOf(thrown)));
    }
  }

  /** The studio hung up; if it said why, that stays. */
  function ended(): void {
    stop();
    box.checked = false;
    if (!outcome.hasChildNodes()) fill(outcome, notice(HUNG_UP));
  }

  function stop(): void {
    running?.abort();
    running = null;
    video.hidden = true;
    status.textContent = "";
    session.layers.change((layers) => ({ ...layers, camera: false }));
  }

  const control = toggle("Drive with my camera", false, (on) => {
    fill(outcome);
    if (on) void start();
    else stop();
  }, "Your pictures are read here and kept nowhere.");
  const box = control.querySelector("input") as HTMLInputElement;
  return h(
    "div",
    { class: "stack" },
    h("div", { class: "boxed" }, control),
    h("p", { class: "help" }, "Look straight ahead with a calm face for the first second: that becomes the neutral face. Switch off and on to do it again."),
    video,
    status,
    outcome,
  );
}
