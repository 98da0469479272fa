// The camera's pictures as small JPEGs on their own socket. The next one is made when the last one was answered, so a
// slow studio never lags behind.

import type { FromCamera } from "../contract";
import { socketAddress } from "../core/api";
import { h } from "../core/dom";
import { failure } from "../core/errors";

const WIDTH = 320;
const HEIGHT = 240;
const LEAST_MS = 40;

/**
 * Open the camera and send until the signal fires; rejects when there is no camera or no permission. Whatever ends it,
 * the camera's light goes off. `ended` is told when the studio closes the socket.
 */
export async function sendCamera(
  video: HTMLVideoElement,
  told: (message: FromCamera) => void,
  ended: () => void,
  until: AbortSignal,
): Promise<void> {
  const stream = await openCamera();
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
    if (video.srcObject === stream) video.srcObject = null; // the next one may be there already
  };
  if (until.aborted) return stop();
  until.addEventListener("abort", stop, { once: true });
  video.srcObject = stream;
  try {
    await video.play();
  } catch (thrown) {
    stop();
    if (until.aborted) return;
    throw thrown;
  }
  if (until.aborted) return;
  const canvas = h("canvas", { width: WIDTH, height: HEIGHT });
  const pen = canvas.getContext("2d");
  const socket = new WebSocket(socketAddress("/api/camera"));
  let sent = 0;

  const send = (): void => {
    if (until.aborted || socket.readyState !== WebSocket.OPEN || !pen) return;
    sent = performance.now();
    drawCovering(pen, video);
    canvas.toBlob((blob) => {
      if (blob && socket.readyState === WebSocket.OPEN) socket.send(blob);
    }, "image/jpeg", 0.8);
  };
  socket.addEventListener("open", send);
  socket.addEventListener("message", (event) => {
    told(JSON.parse(event.data as string) as FromCamera);
    setTimeout(send, Math.max(0, sent + LEAST_MS - performance.now()));
  });
  socket.addEventListener("close", () => {
    if (until.aborted) return;
    stop();
    ended();
  });
  until.addEventListener("abort", () => socket.close(), { once: true });
}

async function openCamera(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" } });
  } catch (thrown) {
    const refused = thrown instanceof DOMException && thrown.name === "NotAllowedError";
    throw refused
      ? failure("The browser was not allowed to use the camera.", "Allow it in the address bar and switch the camera on again.")
      : failure("No camera could be opened.", "Plug one in, or close the program that uses it.");
  }
}

/** Fill 4:3 without stretching: what is too wide or too high is cut. */
function drawCovering(pen: CanvasRenderingContext2D, video: HTMLVideoElement): void {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0) return;
  const scale = Math.min(width / WIDTH, height / HEIGHT);
  const [w, t] = [WIDTH * scale, HEIGHT * scale];
  pen.drawImage(video, (width - w) / 2, (height - t) / 2, w, t, 0, 0, WIDTH, HEIGHT);
}
