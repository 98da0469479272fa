// Turning the head on the picture itself: drag, Shift+drag for the eyes, double click back; arrow keys do the same.

import type { Session } from "./session";

const KEY_STEP_DEG = 3;

export function turnOn(canvas: HTMLCanvasElement, session: Session): void {
  /** Steps in shares of the canvas or in degrees; right and up are positive, as yaw and pitch are for the viewer. */
  const turn = (part: "head" | "gaze", yaw: number, pitch: number): void => {
    const pose = session.pose.get();
    session.setChannels({
      [`${part}Yaw`]: (pose[`${part}Yaw`] ?? 0) + yaw,
      [`${part}Pitch`]: (pose[`${part}Pitch`] ?? 0) + pitch,
    });
  };
  const reset = (): void => session.setChannels({ headYaw: 0, headPitch: 0, headRoll: 0, gazeYaw: 0, gazePitch: 0 });

  canvas.addEventListener("pointerdown", (press) => {
    if (press.button !== 0) return;
    const part = press.shiftKey ? "gaze" : "head";
    let last = press;
    const ended = new AbortController();
    canvas.setPointerCapture(press.pointerId);
    canvas.classList.add("held");
    canvas.addEventListener("pointermove", (event) => {
      const side = canvas.clientWidth || 1;
      const across = (event.clientX - last.clientX) / side;
      const up = (last.clientY - event.clientY) / side;
      last = event;
      turn(part, across * session.limits.span(`${part}Yaw`), up * session.limits.span(`${part}Pitch`));
    }, { signal: ended.signal });
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, () => {
        canvas.classList.remove("held");
        ended.abort();
      }, { signal: ended.signal });
    }
  });
  canvas.addEventListener("dblclick", reset);
  canvas.addEventListener("keydown", (event) => {
    const steps: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const step = steps[event.key];
    if (event.key === "Home") reset();
    else if (step) turn(event.shiftKey ? "gaze" : "head", step[0] * KEY_STEP_DEG, step[1] * KEY_STEP_DEG);
    else return;
    event.preventDefault();
  });
}
