// src/core/errors.ts
var StudioError = class extends Error {
  constructor(failure2) {
    super(failure2.cause);
    this.failure = failure2;
  }
  failure;
};
function failure(cause, remedy, code = "page") {
  return new StudioError({ code, cause, remedy });
}
function failureOf(thrown) {
  if (thrown instanceof StudioError) return thrown.failure;
  const cause = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "page", cause: `Something unexpected happened: ${cause}.`, remedy: "Reload the page and try again." };
}
function isAbort(thrown) {
  return thrown instanceof DOMException && thrown.name === "AbortError";
}

// src/core/dom.ts
function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  dress(element, properties);
  append(element, children);
  return element;
}
function s(tag, properties = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  dress(element, properties);
  append(element, children);
  return element;
}
function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}
function freshId(stem) {
  counter += 1;
  return `${stem}-${counter}`;
}
var counter = 0;
function dress(element, properties) {
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === "function") {
      element.addEventListener(key.slice(2), value);
    } else if (value === true) {
      element.setAttribute(key, "");
    } else if (value !== false && value !== null && value !== void 0) {
      element.setAttribute(key, String(value));
    }
  }
}
function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child) element.append(child);
  }
}

// src/core/icons.ts
var PATHS = {
  alert: "M10 3 1.9 17h16.2zM10 8v4M10 14.6v.1",
  info: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M10 9v5M10 6.2v.1",
  portrait: "M3 5.5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM10 6.5a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6M5.5 16c.6-2.3 2.3-3.5 4.5-3.5s3.9 1.2 4.5 3.5",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6 16 16M16 4l-1.4 1.4M5.4 14.6 4 16",
  moon: "M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5z",
  keys: "M2.5 6a1.5 1.5 0 0 1 1.5-1.5h12A1.5 1.5 0 0 1 17.5 6v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 14zM5.5 8h.1M8.5 8h.1M11.5 8h.1M14.5 8h.1M6.5 12h7",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  close: "m5 5 10 10M15 5 5 15",
  back: "M12 4 6 10l6 6",
  play: "M6 4v12l10-6z",
  stop: "M5.5 5.5h9v9h-9z",
  save: "M10 3v9M6 8.5l4 4 4-4M3.5 16.5h13",
  reload: "M16 10a6 6 0 1 1-1.8-4.3L16 7.5M16 3.5v4h-4",
  trash: "M3.5 5.5h13M8 5.5V3.5h4v2M5 5.5l.8 11h8.4l.8-11",
  spark: "M10 2.5 11.8 8.2 17.5 10l-5.7 1.8L10 17.5l-1.8-5.7L2.5 10l5.7-1.8z",
  compare: "M10 3v14M3.5 5h4v10h-4zM12.5 5h4v10h-4z",
  link: "M8.5 11.5 11.5 8.5M9 6l1.5-1.5a3.5 3.5 0 0 1 5 5L14 11M11 14l-1.5 1.5a3.5 3.5 0 0 1-5-5L6 9",
  copy: "M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7",
  face: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15M7.5 8v1M12.5 8v1M7 12.5c1.8 1.8 4.2 1.8 6 0",
  heart: "M10 16.5C4 12.5 2.5 9.5 2.5 7.3a3.6 3.6 0 0 1 7.5-1 3.6 3.6 0 0 1 7.5 1c0 2.2-1.5 5.2-7.5 9.2z",
  voice: "M3 8v4M6.5 5.5v9M10 3v14M13.5 6.5v7M17 8.5v3",
  camera: "M2.5 6.5a1.5 1.5 0 0 1 1.5-1.5h8A1.5 1.5 0 0 1 13.5 6.5v7A1.5 1.5 0 0 1 12 15H4a1.5 1.5 0 0 1-1.5-1.5zM13.5 9l4-2.5v7l-4-2.5",
  check: "m4 10.5 4 4 8-9"
};
function icon(name) {
  return s(
    "svg",
    { class: "icon", viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true", focusable: "false" },
    s("path", { d: PATHS[name] })
  );
}

// src/core/notice.ts
function notice(error, ...actions) {
  return h(
    "div",
    { class: "notice", role: "alert" },
    icon("alert"),
    h(
      "div",
      { class: "notice-text" },
      h("p", { class: "notice-cause" }, error.cause),
      error.remedy && h("p", {}, error.remedy),
      actions.length > 0 && h("div", { class: "row" }, ...actions)
    )
  );
}
function missing(what, remedy) {
  const advice = typeof remedy === "string" ? remedy : "Run `npcface doctor`: it names what is missing.";
  return h("div", { class: "hint" }, icon("info"), h("div", {}, h("p", {}, h("strong", {}, what)), h("p", {}, advice)));
}

// src/core/router.ts
function placeOf(hash) {
  const [view2, id] = hash.replace(/^#\/?/, "").split("/");
  if (view2 === "new") return { view: view2 };
  const name = view2 === "live" && id ? decoded(id) : "";
  return name ? { view: "live", id: name } : { view: "gallery" };
}
function decoded(id) {
  try {
    return decodeURIComponent(id);
  } catch {
    return "";
  }
}
function addressOf(place2) {
  return place2.view === "live" ? `#/live/${encodeURIComponent(place2.id)}` : place2.view === "new" ? "#/new" : "#/";
}
function go(place2) {
  location.hash = addressOf(place2);
}
function route(show) {
  let current = new AbortController();
  const arrive = () => {
    current.abort();
    current = new AbortController();
    show(placeOf(location.hash), current.signal);
  };
  window.addEventListener("hashchange", () => {
    if (location.hash === "" || location.hash.startsWith("#/")) arrive();
  });
  arrive();
}

// src/core/dialog.ts
function openDialog(title2, build, kind = "") {
  const ended = new AbortController();
  const name = freshId("dialog");
  const box = h("dialog", { class: `dialog ${kind}`, "aria-labelledby": name });
  const handle = { close: () => box.close(), closed: ended.signal };
  box.append(
    h(
      "header",
      { class: "dialog-head" },
      h("h2", { id: name }, title2),
      h("button", { type: "button", class: "bare", "aria-label": "Close", onclick: handle.close }, icon("close"))
    )
  );
  const body = h("div", { class: "dialog-body" }, build(handle));
  box.append(body);
  box.addEventListener("close", () => {
    ended.abort();
    box.remove();
  });
  box.addEventListener("pointerdown", (event) => {
    if (event.target === box) handle.close();
  });
  window.addEventListener("hashchange", handle.close, { signal: ended.signal });
  document.body.append(box);
  box.showModal();
  return handle;
}

// src/core/shortcuts.ts
var LIST = "?";
var active = /* @__PURE__ */ new Set();
function shortcut(keys, what, until, run) {
  const entry = run ? { keys, what, run } : { keys, what };
  active.add(entry);
  until?.addEventListener("abort", () => active.delete(entry), { once: true });
}
function showShortcuts() {
  if (document.querySelector("dialog[open]")) return;
  openDialog(
    "Keyboard",
    () => h(
      "dl",
      { class: "keys" },
      ...[...active].map(
        ({ keys, what }) => h("div", {}, h("dt", {}, ...keys.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, what))
      )
    )
  );
}
function listenForShortcuts() {
  shortcut(LIST, "This list", null, showShortcuts);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const own = document.querySelector("[data-own-keys]") !== null;
    for (const { keys, run } of active) {
      if (own && keys !== LIST) continue;
      if (run && keys.toLowerCase() === event.key.toLowerCase()) {
        event.preventDefault();
        run();
        return;
      }
    }
  });
}
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["range", "checkbox", "radio", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

// src/core/theme.ts
var KEY = "npcface-theme";
function theme() {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}
function isDark() {
  return theme() === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : theme() === "dark";
}
function toggleTheme() {
  const wanted = isDark() ? "light" : "dark";
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  if (wanted === system) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, wanted);
  applyTheme();
}
function applyTheme() {
  const root = document.documentElement;
  if (theme() === "system") delete root.dataset.theme;
  else root.dataset.theme = theme();
}

// src/core/files.ts
var PORTRAIT_TYPES = "image/png,image/jpeg,image/webp";
var MAX_MIB = 64;
function checkPicture(file) {
  if (!PORTRAIT_TYPES.split(",").includes(file.type)) {
    return failure(`${file.name} is ${file.type || "of an unknown kind"}, not a JPEG, PNG or WebP picture.`, "Save it as one of these and try again.");
  }
  return checkSize(file);
}
function checkSize(file) {
  if (file.size <= MAX_MIB * 1024 * 1024) return null;
  return failure(`${file.name} is ${Math.round(file.size / 1024 / 1024)} MiB; at most ${MAX_MIB} MiB can be read.`, "Scale it down or cut it shorter.");
}
function filesOf(data) {
  return data ? [...data.files] : [];
}
function nameFrom(file) {
  const stem = file.name.replace(/\.[^.]*$/, "").replace(/[_-]+/g, " ").trim();
  return (stem.charAt(0).toUpperCase() + stem.slice(1)).slice(0, 80);
}
function readableBytes(count) {
  if (count < 1e3) return `${count} bytes`;
  if (count < 1e6) return `${(count / 1e3).toFixed(0)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}
function onPaste(take, until) {
  document.addEventListener(
    "paste",
    (event) => {
      const files = filesOf(event.clipboardData);
      if (files.length === 0) return;
      event.preventDefault();
      take(files);
    },
    { signal: until }
  );
}

// src/core/fields.ts
function field(label, control, help) {
  control.id ||= freshId("field");
  const about = help ? h("p", { class: "help", id: `${control.id}-help` }, help) : null;
  if (about) control.setAttribute("aria-describedby", about.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control, about);
}
function select(options, chosen, change) {
  const box = h(
    "select",
    { onchange: () => change(box.value) },
    ...options.map(({ value, label }) => h("option", { value, selected: value === chosen }, label))
  );
  return box;
}
function segments(legend, options, chosen, change) {
  const name = freshId("choice");
  return h(
    "fieldset",
    { class: "segments" },
    h("legend", {}, legend),
    h(
      "div",
      { class: "segments-row" },
      ...options.map(
        ({ value, label }) => h(
          "label",
          {},
          h("input", { type: "radio", name, value, checked: value === chosen, onchange: () => change(value) }),
          h("span", {}, label)
        )
      )
    )
  );
}
function toggle(label, on, change, help) {
  const box = h("input", { type: "checkbox", role: "switch", checked: on, onchange: () => change(box.checked) });
  return h("label", { class: "toggle" }, h("span", {}, label, help && h("small", {}, help)), box);
}
function filePicker(label, accept, take, many = false, kind = "") {
  const input = h("input", {
    type: "file",
    class: "unseen",
    tabindex: -1,
    "aria-hidden": "true",
    accept,
    multiple: many,
    onchange: () => {
      const files = [...input.files ?? []];
      input.value = "";
      if (files.length > 0) take(files);
    }
  });
  return h("span", { class: "file-picker" }, h("button", { type: "button", class: kind, onclick: () => input.click() }, label), input);
}

// src/gallery/drop.ts
function dropZone(take, left) {
  const zone = h(
    "section",
    { class: "drop", "aria-label": "Add a character" },
    frame(),
    h("h2", {}, "Drop a portrait"),
    h("p", {}, "A photo or a painting that looks into the camera. It stays on this computer."),
    h("div", { class: "row" }, filePicker("Choose a picture", PORTRAIT_TYPES, take, true, "primary"), h("span", { class: "or" }, "or paste one with ", h("kbd", {}, "Ctrl"), h("kbd", {}, "V")))
  );
  dropAnywhere(zone, take, left);
  return zone;
}
function dropAnywhere(element, take, left) {
  let depth = 0;
  const mark2 = (by) => {
    depth = Math.max(0, depth + by);
    element.classList.toggle("ready", depth > 0);
  };
  const on = (name, run) => window.addEventListener(name, run, { signal: left });
  on("dragenter", () => mark2(1));
  on("dragleave", () => mark2(-1));
  on("dragover", (event) => event.preventDefault());
  on("drop", (event) => {
    event.preventDefault();
    mark2(-depth);
    const files = filesOf(event.dataTransfer);
    if (files.length > 0) take(files);
  });
}
function frame() {
  return s(
    "svg",
    { class: "drop-art", viewBox: "0 0 120 132", "aria-hidden": "true" },
    s("rect", { class: "art-back", x: 14, y: 10, width: 92, height: 112, rx: 22 }),
    s("path", { class: "art-line", d: "M60 32c-18 0-27 13-27 30 0 20 11 38 27 38s27-18 27-38c0-17-9-30-27-30z" }),
    s("path", { class: "art-line", d: "M45 61c3-3 8-3 11 0M64 61c3-3 8-3 11 0M60 64v12l-4 2M49 86c6 5 16 5 22 0" })
  );
}

// src/core/api.ts
function get(path, signal) {
  return ask(path, signal ? { signal } : {});
}
function post(path, body) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}
function upload(path, form) {
  return ask(path, { method: "POST", body: form });
}
function remove(path) {
  return ask(path, { method: "DELETE" });
}
async function bytes(path) {
  const answer = await reach(path, {});
  if (!answer.ok) throw await refusal(answer);
  return answer.arrayBuffer();
}
function socketAddress(path) {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
}
var characterPath = (id) => `/api/characters/${encodeURIComponent(id)}`;
async function ask(path, options) {
  const answer = await reach(path, options);
  if (!answer.ok) throw await refusal(answer);
  return answer.status === 204 ? void 0 : await answer.json();
}
async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    throw failure("The studio does not answer.", "See whether `npcface studio` still runs in its window; start it again and reload this page.");
  }
}
async function refusal(answer) {
  try {
    const body = await answer.json();
    if (typeof body.error?.cause === "string") return new StudioError(body.error);
  } catch {
  }
  return failure(`The studio refused with status ${answer.status}.`, "Reload the page; if it stays, see the studio's window.");
}

// src/core/announce.ts
var place = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
function announcer() {
  return place;
}
function announce(text) {
  place.textContent = "";
  requestAnimationFrame(() => place.textContent = text);
}

// src/core/jobs.ts
var POLL_MS = 150;
async function follow(job, tell, signal) {
  for (; ; ) {
    const state = await get(`/api/jobs/${encodeURIComponent(job)}`, signal);
    tell(state);
    if (state.state === "done") return state;
    if (state.state === "failed") {
      throw state.error ? new StudioError(state.error) : failure("The work stopped without a reason.", "Try it again.");
    }
    await pause(POLL_MS, signal);
  }
}
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new DOMException("left", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

// src/core/progress.ts
function progress(label) {
  const step = h("p", { class: "progress-step" }, "Starting …");
  const percent = h("span", { class: "progress-percent" }, "0 %");
  const bar = h("progress", { max: 1, value: 0, "aria-label": label });
  let told = "";
  return {
    element: h("div", { class: "progress" }, h("div", { class: "progress-head" }, step, percent), bar),
    tell: (job) => {
      bar.value = job.progress;
      percent.textContent = `${Math.round(job.progress * 100)} %`;
      if (!job.step || job.step === told) return;
      told = job.step;
      step.textContent = sentence(job.step);
      announce(sentence(job.step));
    }
  };
}
function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// src/landmarks/board.ts
var MOST = 12;
function board(source, [width, height], redraw) {
  const layer = s("g", {});
  const svg = s(
    "svg",
    { class: "board", tabindex: 0, role: "application", preserveAspectRatio: "xMidYMid meet" },
    s("image", { href: source, width, height }),
    layer
  );
  let view2 = { x: 0, y: 0, width, height };
  const show = () => {
    svg.setAttribute("viewBox", `${view2.x} ${view2.y} ${view2.width} ${view2.height}`);
    redraw();
  };
  const scale = () => {
    const shown = svg.getBoundingClientRect();
    return shown.width === 0 ? 1 : Math.max(view2.width / shown.width, view2.height / shown.height);
  };
  function zoom(factor, around = [view2.x + view2.width / 2, view2.y + view2.height / 2]) {
    const next = Math.min(Math.max(view2.width / factor, width / MOST), width);
    const share2 = next / view2.width;
    view2 = {
      x: around[0] - (around[0] - view2.x) * share2,
      y: around[1] - (around[1] - view2.y) * share2,
      width: next,
      height: next * height / width
    };
    keepInside();
  }
  function keepInside() {
    view2.x = Math.min(Math.max(view2.x, 0), width - view2.width);
    view2.y = Math.min(Math.max(view2.y, 0), height - view2.height);
    show();
  }
  function pan(dx, dy) {
    view2.x -= dx;
    view2.y -= dy;
    keepInside();
  }
  function reveal([x, y]) {
    const room = 0.12;
    const right = view2.x + view2.width * (1 - room);
    const bottom = view2.y + view2.height * (1 - room);
    const dx = Math.max(0, x - right) + Math.min(0, x - view2.x - view2.width * room);
    const dy = Math.max(0, y - bottom) + Math.min(0, y - view2.y - view2.height * room);
    if (dx || dy) pan(-dx, -dy);
  }
  function at(event) {
    const matrix = svg.getScreenCTM();
    if (!matrix) return [0, 0];
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return [point.x, point.y];
  }
  svg.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const matrix = svg.getScreenCTM();
      if (!matrix) return;
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
      zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, [point.x, point.y]);
    },
    { passive: false }
  );
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const fit = () => {
    view2 = { x: 0, y: 0, width, height };
    show();
  };
  return { element: h("div", { class: "board-frame" }, svg), svg, layer, at, scale, zoom, fit, pan, reveal };
}

// src/landmarks/points.ts
var GROUPS = [
  {
    stem: "jaw",
    label: "Outline, ear to ear",
    closed: false,
    at: [
      [0, 0.233],
      [7e-3, 0.344],
      [0.02, 0.451],
      [0.038, 0.567],
      [0.063, 0.693],
      [0.104, 0.786],
      [0.153, 0.851],
      [0.281, 0.939],
      [0.5, 1],
      [0.719, 0.939],
      [0.847, 0.851],
      [0.896, 0.786],
      [0.937, 0.693],
      [0.962, 0.567],
      [0.98, 0.451],
      [0.993, 0.344],
      [1, 0.233]
    ]
  },
  { stem: "right_brow", label: "Brow on the left", closed: false, at: [[0.086, 0.073], [0.127, 0.027], [0.191, 0], [0.284, 2e-3], [0.391, 0.016]] },
  { stem: "left_brow", label: "Brow on the right", closed: false, at: [[0.609, 0.016], [0.716, 2e-3], [0.809, 0], [0.873, 0.027], [0.914, 0.073]] },
  { stem: "nose_bridge", label: "Bridge of the nose", closed: false, at: [[0.5, 0.171], [0.5, 0.278], [0.5, 0.367], [0.5, 0.424]] },
  { stem: "nostrils", label: "Under the nose", closed: false, at: [[0.418, 0.496], [0.449, 0.519], [0.5, 0.521], [0.551, 0.519], [0.582, 0.496]] },
  { stem: "right_eye", label: "Eye on the left", closed: true, at: [[0.192, 0.194], [0.235, 0.16], [0.312, 0.157], [0.385, 0.216], [0.313, 0.234], [0.243, 0.233]] },
  { stem: "left_eye", label: "Eye on the right", closed: true, at: [[0.615, 0.216], [0.688, 0.157], [0.765, 0.16], [0.808, 0.194], [0.757, 0.233], [0.687, 0.234]] },
  {
    stem: "outer_lip",
    label: "Lips, outer edge",
    closed: true,
    at: [
      [0.316, 0.694],
      [0.393, 0.633],
      [0.448, 0.613],
      [0.5, 0.623],
      [0.552, 0.613],
      [0.607, 0.633],
      [0.684, 0.694],
      [0.605, 0.746],
      [0.555, 0.757],
      [0.5, 0.761],
      [0.445, 0.757],
      [0.395, 0.746]
    ]
  },
  {
    stem: "inner_lip",
    label: "Lips, inner edge",
    closed: true,
    at: [[0.335, 0.692], [0.459, 0.678], [0.5, 0.679], [0.541, 0.678], [0.665, 0.692], [0.544, 0.691], [0.5, 0.691], [0.456, 0.691]]
  }
];
var namesOf = (group) => group.at.map((_, index) => `${group.stem}${index}`);
var groupOf = (name) => GROUPS.find((group) => namesOf(group).includes(name));
function templateIn(box) {
  const points = {};
  for (const group of GROUPS) {
    group.at.forEach(([x, y], index) => {
      points[`${group.stem}${index}`] = [tenth(box.x + x * box.width), tenth(box.y + y * box.height)];
    });
  }
  return points;
}
function moved(points, names, dx, dy, [width, height]) {
  const next = { ...points };
  for (const name of names) {
    const old = points[name];
    if (!old) continue;
    next[name] = [tenth(clamp(old[0] + dx, -width / 3, width * 1.33)), tenth(clamp(old[1] + dy, -height / 3, height * 1.33))];
  }
  return next;
}
var tenth = (value) => Math.round(value * 10) / 10;
var clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// src/landmarks/groups.ts
function groupList(choose) {
  const name = freshId("group");
  const inputs = /* @__PURE__ */ new Map();
  const element = h(
    "fieldset",
    { class: "groups" },
    h("legend", {}, "Groups of points"),
    ...GROUPS.map((group) => {
      const input = h("input", { type: "radio", name, onchange: () => choose(group) });
      inputs.set(group, input);
      return h("label", {}, input, h("span", {}, group.label), h("small", {}, String(group.at.length)));
    })
  );
  const tell = (point) => {
    const group = groupOf(point);
    const input = group && inputs.get(group);
    if (input) input.checked = true;
  };
  return { element, tell };
}

// src/landmarks/place.ts
var CORNERS = [["nw", 0, 0], ["ne", 1, 0], ["sw", 0, 1], ["se", 1, 1]];
function placer(board2, [width, height], active2, left) {
  const side = Math.min(width, height) * 0.5;
  let box = { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side };
  const least = Math.max(16, side / 20);
  function draw() {
    const unit = board2.scale();
    const { x, y } = box;
    board2.layer.replaceChildren(
      s("rect", { class: "place-box", x, y, width: box.width, height: box.height, rx: 10 * unit, "stroke-width": 2 * unit }),
      s("path", { class: "place-guide", d: `M${x} ${y + box.height * 0.2}h${box.width}M${x} ${y + box.height * 0.69}h${box.width}M${x + box.width / 2} ${y}v${box.height}`, "stroke-width": unit }),
      ...CORNERS.map(
        ([name, right, low]) => s("circle", { class: `place-corner ${name}`, cx: x + right * box.width, cy: y + low * box.height, r: 8 * unit, "stroke-width": 2 * unit })
      )
    );
  }
  function drag(handle, from, dx, dy) {
    const next = { ...from };
    if (handle === "move") {
      next.x += dx;
      next.y += dy;
    } else {
      const sx = handle.endsWith("e") ? 1 : -1;
      const sy = handle.startsWith("s") ? 1 : -1;
      next.width = Math.max(least, from.width + sx * dx);
      next.height = Math.max(least, from.height + sy * dy);
      if (sx < 0) next.x = from.x + from.width - next.width;
      if (sy < 0) next.y = from.y + from.height - next.height;
    }
    next.x = Math.min(Math.max(next.x, -next.width / 2), width - next.width / 2);
    next.y = Math.min(Math.max(next.y, -next.height / 2), height - next.height / 2);
    box = next;
    draw();
  }
  function handleAt([px, py]) {
    const reach2 = 22 * board2.scale();
    for (const [name, right, low] of CORNERS) {
      if (Math.hypot(px - box.x - right * box.width, py - box.y - low * box.height) < reach2) return name;
    }
    const inside = px > box.x && px < box.x + box.width && py > box.y && py < box.y + box.height;
    return inside ? "move" : null;
  }
  board2.svg.addEventListener(
    "pointerdown",
    (event) => {
      if (!active2()) return;
      const start = board2.at(event);
      const handle = handleAt(start);
      const from = box;
      follow2(board2, event, (dx, dy) => handle ? drag(handle, from, dx, dy) : void 0);
    },
    { signal: left }
  );
  function key(event) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    if (!step) return false;
    const length = Math.max(1, Math.round(side / 40));
    drag(event.shiftKey ? "se" : "move", box, step[0] * length, step[1] * length);
    return true;
  }
  return { box: () => box, draw, key };
}
function follow2(board2, press, step) {
  const [x0, y0] = board2.at(press);
  const ended = new AbortController();
  board2.svg.setPointerCapture(press.pointerId);
  board2.svg.addEventListener("pointermove", (event) => {
    const [x, y] = board2.at(event);
    step(x - x0, y - y0, event);
  }, { signal: ended.signal });
  for (const name of ["pointerup", "pointercancel"]) board2.svg.addEventListener(name, () => ended.abort(), { signal: ended.signal });
}

// src/landmarks/mover.ts
var MOST_UNDO = 100;
function mover(board2, size, active2, chosen, left) {
  let points = {};
  let selected = "jaw0";
  const past = [];
  function draw() {
    const unit = board2.scale();
    const group = groupOf(selected);
    board2.layer.replaceChildren(
      ...GROUPS.map((one) => s("path", { class: one === group ? "line chosen" : "line", d: outline(one), "stroke-width": (one === group ? 2 : 1.25) * unit })),
      ...GROUPS.flatMap((one) => namesOf(one).map((name) => dot(name, one === group, unit)))
    );
  }
  function outline(group) {
    const path = namesOf(group).map((name) => points[name]?.join(" ")).join("L");
    return `M${path}${group.closed ? "Z" : ""}`;
  }
  function dot(name, inGroup, unit) {
    const [cx, cy] = points[name] ?? [0, 0];
    const kind = name === selected ? "dot selected" : inGroup ? "dot chosen" : "dot";
    return s("circle", { class: kind, "data-name": name, cx, cy, r: (name === selected ? 6 : inGroup ? 4.5 : 3) * unit, "stroke-width": 1.5 * unit });
  }
  function remember() {
    past.push(points);
    if (past.length > MOST_UNDO) past.shift();
  }
  function pick(name) {
    selected = name;
    chosen(name);
    draw();
  }
  function nearest([x, y]) {
    const reach2 = 18 * board2.scale();
    const own = groupOf(selected);
    let best = null;
    let least = reach2;
    for (const [name, [px, py]] of Object.entries(points)) {
      const distance = Math.hypot(px - x, py - y) * (groupOf(name) === own ? 0.7 : 1);
      if (distance < least) [best, least] = [name, distance];
    }
    return best;
  }
  board2.svg.addEventListener(
    "pointerdown",
    (event) => {
      if (!active2()) return;
      const name = nearest(board2.at(event));
      if (!name) {
        let [lastX, lastY] = [event.clientX, event.clientY];
        return follow2(board2, event, (_dx, _dy, move) => {
          board2.pan((move.clientX - lastX) * board2.scale(), (move.clientY - lastY) * board2.scale());
          [lastX, lastY] = [move.clientX, move.clientY];
        });
      }
      pick(name);
      remember();
      const from = points;
      const group = groupOf(name);
      const names = event.altKey && group ? namesOf(group) : [name];
      follow2(board2, event, (dx, dy) => {
        points = moved(from, names, dx, dy, size);
        draw();
      });
    },
    { signal: left }
  );
  function key(event) {
    const all = GROUPS.flatMap(namesOf);
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    const group = groupOf(selected);
    if (step) {
      const length = event.shiftKey ? 10 : 1;
      remember();
      points = moved(points, event.altKey && group ? namesOf(group) : [selected], step[0] * length, step[1] * length, size);
      board2.reveal(points[selected] ?? [0, 0]);
      draw();
      return true;
    }
    const turn = { n: 1, p: -1 }[event.key];
    if (turn === void 0) return false;
    pick(all[(all.indexOf(selected) + turn + all.length) % all.length] ?? selected);
    board2.reveal(points[selected] ?? [0, 0]);
    announce(`${groupOf(selected)?.label ?? ""}, ${selected.replaceAll("_", " ")}`);
    return true;
  }
  return {
    points: () => points,
    start: (fresh) => {
      points = fresh;
      past.length = 0;
      pick(selected);
    },
    draw,
    key,
    undo: () => {
      points = past.pop() ?? points;
      draw();
    },
    chooseGroup: (group) => pick(`${group.stem}0`)
  };
}

// src/landmarks/editor.ts
var PLACE_HELP = "Drag the box so that it reaches from the brows to the chin and from ear to ear. The upper line belongs on the eyes, the lower one on the lips. Arrow keys move it, Shift and arrows change its size.";
var MOVE_HELP = "Drag each point to its place. Alt moves its whole group. Keys: N and P choose a point, arrows move it (Shift: ten times as far), + and − zoom, 0 shows all, Ctrl Z takes back.";
function landmarkEditor(source, size, left, done) {
  let placing = true;
  const board2 = board(source, size, () => draw());
  const placer2 = placer(board2, size, () => placing, left);
  const groups = groupList((group) => mover2.chooseGroup(group));
  const mover2 = mover(board2, size, () => !placing, groups.tell, left);
  const help = h("p", { class: "help" });
  const side = h("div", { class: "editor-side" });
  function draw() {
    if (placing) placer2.draw();
    else mover2.draw();
  }
  function step() {
    board2.svg.setAttribute("aria-label", placing ? "Box around the face" : "Points of the face");
    help.textContent = placing ? PLACE_HELP : MOVE_HELP;
    fill(
      side,
      h("p", { class: "step-count" }, placing ? "Step 1 of 2" : "Step 2 of 2"),
      h("h2", {}, placing ? "Where is the face?" : "Put the points in their places"),
      help,
      !placing && groups.element,
      h(
        "div",
        { class: "row end" },
        h("button", { type: "button", class: "quiet", onclick: back }, placing ? "Cancel" : "Back"),
        h("button", { type: "button", class: "primary", onclick: next }, placing ? "Lay the points" : "Use these points")
      )
    );
    draw();
  }
  function next() {
    if (!placing) return done(mover2.points());
    placing = false;
    mover2.start(templateIn(placer2.box()));
    const { x, y, width } = placer2.box();
    board2.zoom(Math.max(1, size[0] / (width * 1.8)), [x + width / 2, y + placer2.box().height / 2]);
    step();
    board2.svg.focus();
  }
  function back() {
    if (placing) return done(null);
    placing = true;
    board2.fit();
    step();
    board2.svg.focus();
  }
  board2.svg.addEventListener("keydown", (event) => {
    if (handled(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  function handled(event) {
    if (event.key === "Enter") return placing ? (next(), true) : false;
    if (event.key === "Escape") return back(), true;
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) return mover2.undo(), true;
    if (event.ctrlKey || event.metaKey) return false;
    if (event.key === "+" || event.key === "=") return board2.zoom(1.4), true;
    if (event.key === "-") return board2.zoom(1 / 1.4), true;
    if (event.key === "0") return board2.fit(), true;
    return placing ? placer2.key(event) : mover2.key(event);
  }
  const zoomButtons = h(
    "div",
    { class: "zoom", role: "group", "aria-label": "Zoom" },
    h("button", { type: "button", class: "bare", "aria-label": "Closer", onclick: () => board2.zoom(1.4) }, icon("plus")),
    h("button", { type: "button", class: "bare", "aria-label": "Farther", onclick: () => board2.zoom(1 / 1.4) }, icon("minus")),
    h("button", { type: "button", class: "bare", onclick: () => board2.fit() }, "All")
  );
  board2.element.append(zoomButtons);
  const watcher = new ResizeObserver(() => draw());
  watcher.observe(board2.svg);
  left.addEventListener("abort", () => watcher.disconnect(), { once: true });
  step();
  return h("div", { class: "editor", "data-own-keys": true }, board2.element, side);
}

// src/enrol/consent.ts
var GROUNDS = [
  {
    title: "Nobody real",
    help: "Painted, modelled or made by an image generator; it is not meant to look like a living person.",
    text: "Nobody real is shown: the portrait was made for this character."
  },
  {
    title: "It is me",
    help: "Your own face, and you want it to be used like this.",
    text: "The portrait shows its owner, who made this character."
  },
  {
    title: "Someone who agreed",
    help: "The person knows that the picture will speak and move, and said yes.",
    text: "The person shown agreed to this use",
    who: "Who agreed, and when"
  },
  {
    title: "Free to use",
    help: "A historic portrait, or one whose licence allows it. Public pictures of living people are not free by themselves.",
    text: "The portrait may be used freely",
    who: "Where that is written"
  }
];
function consentField() {
  const name = freshId("consent");
  const detail = h("input", { type: "text", maxlength: 400, autocomplete: "off" });
  const more = field("Who agreed, and when", detail);
  more.hidden = true;
  let chosen;
  const choose = (ground) => {
    chosen = ground;
    more.hidden = !ground.who;
    detail.required = Boolean(ground.who);
    const label = more.querySelector("label");
    if (label && ground.who) label.textContent = ground.who;
  };
  const element = h(
    "fieldset",
    { class: "grounds" },
    h("legend", {}, "Why may this face be used?"),
    ...GROUNDS.map(
      (ground) => h(
        "label",
        { class: "ground" },
        h("input", { type: "radio", name, required: true, onchange: () => choose(ground) }),
        h("span", {}, h("strong", {}, ground.title), h("small", {}, ground.help))
      )
    ),
    more
  );
  return { element, text: () => chosen?.who ? `${chosen.text}: ${detail.value.trim()}` : chosen?.text ?? "" };
}

// src/enrol/form.ts
var LICENSES = ["CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "MIT", "All rights reserved"];
function enrolForm(portrait, firstShots, send) {
  const shots = [...firstShots];
  const name = h("input", { type: "text", required: true, maxlength: 80, value: nameFrom(portrait), autocomplete: "off" });
  const license = h("input", { type: "text", required: true, maxlength: 120, list: "licenses", placeholder: "CC0-1.0, CC-BY-4.0 …", autocomplete: "off" });
  const author = h("input", { type: "text", maxlength: 120, autocomplete: "off" });
  const consent = consentField();
  const shotText = h("span", { class: "help" }, shotCount(shots));
  const addShots = (files) => {
    shots.push(...files);
    shotText.textContent = shotCount(shots);
  };
  const element = h(
    "form",
    {
      class: "form",
      onsubmit: (event) => {
        event.preventDefault();
        send();
      }
    },
    field("Name", name),
    field("Who made the picture", author, "Painter or photographer; leave it empty if you do not know."),
    field("Licence of the picture", license, "What its maker allows. CC0 means: everything, without asking."),
    h("datalist", { id: "licenses" }, ...LICENSES.map((value) => h("option", { value }))),
    consent.element,
    h(
      "fieldset",
      { class: "plain" },
      h("legend", {}, "More photos of this face ", h("small", {}, "optional")),
      h("div", { class: "row" }, filePicker("Add photos", PORTRAIT_TYPES, addShots, true, "quiet"), shotText)
    ),
    h("div", { class: "row end" }, h("button", { type: "submit", class: "primary" }, "Make the character"))
  );
  function data() {
    const form = new FormData();
    form.append("portrait", portrait);
    for (const shot of shots) form.append("shot", shot);
    form.append("name", name.value.trim());
    form.append("license", license.value.trim());
    form.append("consent", consent.text());
    if (author.value.trim()) form.append("author", author.value.trim());
    return form;
  }
  return { element, data };
}
function shotCount(shots) {
  if (shots.length === 0) return "Other angles make it look more like the person.";
  return shots.length === 1 ? "1 photo" : `${shots.length} photos`;
}

// src/enrol/picture.ts
function picture(file, left) {
  const source = URL.createObjectURL(file);
  left.addEventListener("abort", () => URL.revokeObjectURL(source), { once: true });
  const image = h("img", { src: source, alt: `The picture ${file.name}` });
  const boxes = s("svg", { class: "boxes", role: "group", "aria-label": "Faces that were found" });
  const frame2 = h("div", { class: "picture" }, image);
  const size = () => [image.naturalWidth, image.naturalHeight];
  function choose(faces, pick) {
    boxes.remove();
    if (faces.length === 0) return;
    const [width, height] = size();
    boxes.setAttribute("viewBox", `0 0 ${width} ${height}`);
    boxes.replaceChildren(...faces.map((face) => faceBox(face, width, pick)));
    frame2.append(boxes);
    boxes.querySelector("[tabindex]")?.focus();
  }
  return { element: frame2, source, size, choose };
}
function faceBox({ index, box }, across, pick) {
  const [x, y, width, height] = box;
  const tag = across / 16;
  return s(
    "g",
    {
      role: "button",
      tabindex: 0,
      "aria-label": `Face ${index + 1}`,
      onclick: () => pick(index),
      onkeydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        pick(index);
      }
    },
    s("rect", { x, y, width, height, rx: width / 14, "vector-effect": "non-scaling-stroke" }),
    s("circle", { cx: x + width / 2, cy: y + height, r: tag / 2 }),
    s("text", { x: x + width / 2, y: y + height, "font-size": tag * 0.6, "text-anchor": "middle", "dominant-baseline": "central" }, String(index + 1))
  );
}

// src/enrol/desk.ts
function enrolDesk(studio, portrait, shots, replace, left) {
  const shown = picture(portrait, left);
  const outcome = h("div", { class: "outcome" });
  const form = enrolForm(portrait, shots, () => void send());
  const another = filePicker("Use another picture", PORTRAIT_TYPES, replace, true, "quiet");
  const pictureSide = h("div", { class: "picture-side" }, shown.element, another);
  const formSide = h("div", { class: "form-side" }, outcome, form.element);
  const desk = h("div", { class: "desk" }, pictureSide, formSide);
  let face = null;
  let landmarks = null;
  const unfit = checkPicture(portrait);
  if (unfit) {
    form.element.hidden = true;
    fill(outcome, notice(unfit.failure));
  }
  async function send() {
    const data = form.data();
    if (face !== null) data.append("face", String(face));
    if (landmarks) data.append("landmarks", JSON.stringify({ schema: 1, points: landmarks }));
    const bar = progress("Making the character");
    form.element.hidden = true;
    shown.choose([], () => void 0);
    fill(outcome, h("h2", {}, `Making ${data.get("name")}`), bar.element);
    try {
      const { job } = await upload("/api/enroll", data);
      const done = await follow(job, bar.tell, left);
      await studio.refresh();
      const id = done.result?.character?.id;
      announce("The character is ready.");
      if (!left.aborted) go(id ? { view: "live", id } : { view: "gallery" });
    } catch (thrown) {
      if (!isAbort(thrown)) help(failureOf(thrown));
    }
  }
  function help(error) {
    form.element.hidden = false;
    const faces = error.faces ?? [];
    if (faces.length > 1) {
      fill(outcome, notice({ ...error, cause: `${faces.length} faces are in this picture.`, remedy: "Click the one that you want; it is made at once." }));
      shown.choose(faces, (index) => {
        face = index;
        void send();
      });
    } else if (error.code === "face") {
      fill(outcome, notice(error, h("button", { type: "button", onclick: place2 }, "Place the face by hand")));
    } else {
      fill(outcome, notice(error));
    }
    outcome.querySelector("button")?.focus();
  }
  function place2() {
    const editor = landmarkEditor(shown.source, shown.size(), left, (points) => {
      desk.replaceChildren(pictureSide, formSide);
      if (!points) return;
      landmarks = points;
      void send();
    });
    desk.replaceChildren(editor);
    editor.querySelector("[tabindex='0']")?.focus();
  }
  return desk;
}

// src/enrol/view.ts
function enrolView(studio, left) {
  const page = h("div", { class: "page enrol" });
  const able = studio.info.features.enroll;
  if (able !== true) {
    fill(page, h("h1", {}, "New character"), missing("New characters cannot be made here yet.", able));
    return page;
  }
  let picture2 = new AbortController();
  left.addEventListener("abort", () => picture2.abort(), { once: true });
  function begin2(files) {
    const [portrait, ...shots] = files;
    if (!portrait) return;
    picture2.abort();
    picture2 = new AbortController();
    dropAnywhere(page, begin2, picture2.signal);
    onPaste(begin2, picture2.signal);
    fill(page, h("h1", {}, "New character"), enrolDesk(studio, portrait, shots, begin2, picture2.signal));
  }
  if (studio.waiting.length > 0) {
    begin2(studio.waiting);
    studio.waiting = [];
  } else {
    fill(page, h("h1", {}, "New character"), dropZone(begin2, picture2.signal));
    onPaste(begin2, picture2.signal);
  }
  return page;
}

// src/gallery/delete.ts
function askToDelete(studio, one) {
  openDialog(`Delete ${one.name}?`, (dialog) => {
    const trouble = h("div", {});
    const run = async () => {
      try {
        await remove(characterPath(one.id));
        dialog.close();
        await studio.refresh();
        announce(`${one.name} was moved to the trash folder.`);
      } catch (thrown) {
        fill(trouble, notice(failureOf(thrown)));
      }
    };
    return [
      h("p", {}, "Its folder moves to ", h("code", {}, ".trash"), " beside your characters, so it can be put back by hand."),
      trouble,
      h(
        "div",
        { class: "row end" },
        h("button", { type: "button", onclick: () => dialog.close() }, "Keep it"),
        h("button", { type: "button", class: "danger", onclick: () => void run() }, "Delete")
      )
    ];
  });
}

// src/gallery/card.ts
function card(studio, one) {
  const trouble = h("div", {});
  const reload = async () => {
    try {
      await post(`${characterPath(one.id)}/reload`, {});
      await studio.refresh();
      announce(`${one.name} was read again from its folder.`);
    } catch (thrown) {
      fill(trouble, notice(failureOf(thrown)));
    }
  };
  return h(
    "article",
    { class: "card" },
    h(
      "a",
      { class: "card-open", href: addressOf({ view: "live", id: one.id }), "aria-label": `Open ${one.name}` },
      h("img", { src: studio.picture(one.id, "icon"), alt: "", width: 256, height: 256, loading: "lazy" }),
      one.finetuned && h("span", { class: "badge" }, "tuned")
    ),
    h(
      "div",
      { class: "card-foot" },
      h("div", { class: "card-text" }, h("h3", {}, one.name), h("p", { title: one.consent }, `${one.license} · ${one.version}`)),
      small("reload", `Read ${one.name} again from its folder`, () => void reload()),
      small("trash", `Delete ${one.name}`, () => askToDelete(studio, one))
    ),
    trouble
  );
}
function small(name, label, run) {
  return h("button", { type: "button", class: "bare small", "aria-label": label, title: label, onclick: run }, icon(name));
}

// src/gallery/problem.ts
function problemCard({ id, cause, remedy }) {
  return h("div", { class: "notice" }, icon("alert"), h("div", { class: "notice-text" }, h("p", { class: "notice-cause" }, `${id}: ${cause}`), h("p", {}, remedy)));
}

// src/gallery/view.ts
function galleryView(studio, left) {
  const take = (files) => {
    studio.waiting = files;
    go({ view: "new" });
  };
  const drop = dropZone(take, left);
  onPaste(take, left);
  const list = h("div", {});
  studio.cast.watch((cast) => keepFocus(list, () => fill(list, people(studio, cast))), left);
  return h("div", { class: "page gallery" }, h("h1", { class: "unseen" }, "Characters"), drop, list);
}
function keepFocus(list, draw) {
  const held = list.contains(document.activeElement) ? document.activeElement : null;
  const id = held?.closest("[data-character]")?.dataset.character;
  const label = held?.getAttribute("aria-label");
  draw();
  if (!held) return;
  const cards = [...list.querySelectorAll("[data-character]")].filter((one) => one.dataset.character === id);
  const again = cards.flatMap((one) => [...one.querySelectorAll("[aria-label]")]).find((one) => one.getAttribute("aria-label") === label);
  (again ?? document.querySelector("main"))?.focus({ preventScroll: true });
}
function people(studio, { characters, problems }) {
  if (characters.length + problems.length === 0) {
    return h("p", { class: "empty" }, "Nobody lives here yet. One portrait is all it takes.");
  }
  return h(
    "section",
    { "aria-labelledby": "cast-title" },
    h(
      "div",
      { class: "section-head" },
      h("h2", { id: "cast-title" }, "Your cast"),
      h("p", { class: "count" }, characters.length === 1 ? "1 character" : `${characters.length} characters`)
    ),
    problems.length > 0 && h("div", { class: "problems" }, ...problems.map(problemCard)),
    h("ul", { class: "cards" }, ...characters.map((one) => h("li", { "data-character": one.id }, card(studio, one))))
  );
}

// src/core/tabs.ts
function tabs(label, list) {
  const strip2 = h("div", { class: "tabs", role: "tablist", "aria-label": label });
  const element = h("div", { class: "tabbed" }, strip2);
  const made = list.map((tab) => {
    const id = freshId("tab");
    const button = h(
      "button",
      { type: "button", role: "tab", id, "aria-controls": `${id}-panel`, onclick: () => select2(tab.name) },
      icon(tab.icon),
      h("span", {}, tab.label)
    );
    const panel = h("div", { class: "panel", role: "tabpanel", id: `${id}-panel`, "aria-labelledby": id }, tab.content);
    strip2.append(button);
    element.append(panel);
    return { name: tab.name, button, panel };
  });
  function select2(name) {
    for (const { name: own, button, panel } of made) {
      const chosen = own === name;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      panel.hidden = !chosen;
    }
  }
  strip2.addEventListener("keydown", (event) => {
    const at = made.findIndex(({ button }) => button === document.activeElement);
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: made.length - 1 };
    const to = steps[event.key];
    if (to === void 0) return;
    event.preventDefault();
    const next = made[(to + made.length) % made.length];
    if (!next) return;
    select2(next.name);
    next.button.focus();
  });
  if (list[0]) select2(list[0].name);
  return { element, show: select2 };
}

// src/camera/sender.ts
var WIDTH = 320;
var HEIGHT = 240;
var LEAST_MS = 40;
async function sendCamera(video, told, ended, until) {
  const stream = await openCamera();
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
    if (video.srcObject === stream) video.srcObject = null;
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
  const send = () => {
    if (until.aborted || socket.readyState !== WebSocket.OPEN || !pen) return;
    sent = performance.now();
    drawCovering(pen, video);
    canvas.toBlob((blob) => {
      if (blob && socket.readyState === WebSocket.OPEN) socket.send(blob);
    }, "image/jpeg", 0.8);
  };
  socket.addEventListener("open", send);
  socket.addEventListener("message", (event) => {
    told(JSON.parse(event.data));
    setTimeout(send, Math.max(0, sent + LEAST_MS - performance.now()));
  });
  socket.addEventListener("close", () => {
    if (until.aborted) return;
    stop();
    ended();
  });
  until.addEventListener("abort", () => socket.close(), { once: true });
}
async function openCamera() {
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" } });
  } catch (thrown) {
    const refused = thrown instanceof DOMException && thrown.name === "NotAllowedError";
    throw refused ? failure("The browser was not allowed to use the camera.", "Allow it in the address bar and switch the camera on again.") : failure("No camera could be opened.", "Plug one in, or close the program that uses it.");
  }
}
function drawCovering(pen, video) {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0) return;
  const scale = Math.min(width / WIDTH, height / HEIGHT);
  const [w, t] = [WIDTH * scale, HEIGHT * scale];
  pen.drawImage(video, (width - w) / 2, (height - t) / 2, w, t, 0, 0, WIDTH, HEIGHT);
}

// src/camera/panel.ts
var HUNG_UP = { code: "page", cause: "The studio stopped reading the camera.", remedy: "Switch the camera on again." };
function cameraPanel(session) {
  const able = session.studio.info.features.camera;
  if (able !== true) return h("div", { class: "stack" }, missing("The camera cannot drive a face here yet.", able));
  const video = h("video", { class: "camera-video", muted: true, playsinline: true, "aria-label": "Your camera" });
  video.muted = true;
  video.hidden = true;
  const status = h("p", { class: "camera-status" });
  const outcome = h("div", {});
  let running = null;
  function told(message) {
    if (message.type === "tracked") status.textContent = `Face found, read in ${Math.round(message.ms)} ms`;
    else if (message.type === "lost") status.textContent = "No face in sight: come closer and face the light.";
    else fill(outcome, notice(message.error));
    status.dataset.state = message.type;
  }
  async function start() {
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
  function ended() {
    stop();
    box.checked = false;
    if (!outcome.hasChildNodes()) fill(outcome, notice(HUNG_UP));
  }
  function stop() {
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
  const box = control.querySelector("input");
  return h(
    "div",
    { class: "stack" },
    h("div", { class: "boxed" }, control),
    h("p", { class: "help" }, "Look straight ahead with a calm face for the first second: that becomes the neutral face. Switch off and on to do it again."),
    video,
    status,
    outcome
  );
}

// src/extra/export.ts
var KINDS = [
  { value: "png", title: "Picture", help: "PNG of the face as it is now", moves: false },
  { value: "sprites", title: "Sprite sheet", help: "Mouths, lids, emotions and turns on one PNG, with a list", moves: false },
  { value: "webp", title: "Animation", help: "WebP that loops; transparent on Clear", moves: true },
  { value: "mp4", title: "Video", help: "MP4 with sound", moves: true },
  { value: "pack", title: "Character", help: "The folder as a ZIP for a mod", moves: false }
];
var SIZE = 512;
var LONGEST_S = 120;
function exportDialog(session, character, look, quality) {
  if (document.querySelector("dialog[open]")) return;
  const name = session.studio.character(character)?.name ?? character;
  openDialog(`Export ${name}`, (dialog) => {
    const group = freshId("kind");
    let kind = KINDS[0];
    const { sizes } = session.studio.info;
    let size = String(sizes.includes(SIZE) ? SIZE : sizes.at(-1) ?? SIZE);
    let timed = false;
    let busy = false;
    const line = session.line.get();
    const seconds = h("input", { type: "number", min: 1, max: LONGEST_S, step: 1, value: line ? Math.min(Math.ceil(line.seconds), LONGEST_S) : 4, oninput: () => timed = true });
    const speak = h("input", { type: "checkbox", checked: line !== null });
    const sizeField = field("Size", select(sizes.map((one) => ({ value: String(one), label: `${one} × ${one}` })), size, (chosen) => size = chosen));
    const secondsField = field("Seconds", seconds);
    const speakField = h("label", { class: "check" }, speak, h("span", {}, "Speak the last line"));
    const outcome = h("div", { class: "outcome" });
    const make = h("button", { type: "submit", class: "primary" }, "Make it");
    function choose(chosen) {
      kind = chosen;
      sizeField.hidden = kind.value === "pack";
      secondsField.hidden = seconds.disabled = !kind.moves;
      speakField.hidden = !kind.moves || line === null;
      const able = session.studio.info.features.video;
      fill(outcome, !possible() && missing("Video cannot be made here yet.", able));
      tell();
    }
    const possible = () => kind.value !== "mp4" || session.studio.info.features.video === true;
    const tell = () => {
      kinds.disabled = busy;
      make.disabled = busy || !possible();
    };
    async function run() {
      const bar = progress("Export");
      busy = true;
      tell();
      fill(outcome, bar.element);
      try {
        const { job } = await post("/api/export", order());
        fill(outcome, saved(await follow(job, bar.tell, dialog.closed)));
        outcome.querySelector("a")?.focus();
      } catch (thrown) {
        if (!isAbort(thrown)) fill(outcome, notice(failureOf(thrown)));
      } finally {
        busy = false;
        tell();
      }
    }
    function order() {
      const { emotion, idle } = session.layers.get();
      const spoken = kind.moves && speak.checked ? line : null;
      return {
        character,
        kind: kind.value,
        size: Number(size),
        background: look.background,
        quality,
        values: session.pose.get(),
        idle,
        ...emotion && { emotion },
        // a line ends when it ends, unless another length was typed
        ...kind.moves && (timed || !spoken) && { seconds: Number(seconds.value) },
        ...spoken && { line: spoken.line }
      };
    }
    const send = (event) => {
      event.preventDefault();
      void run();
    };
    const kinds = h(
      "fieldset",
      { class: "kinds" },
      h("legend", { class: "unseen" }, "What to export"),
      ...KINDS.map(
        (one) => h("label", { class: "kind" }, h("input", { type: "radio", name: group, value: one.value, checked: one === kind, autofocus: one === kind, onchange: () => choose(one) }), h("span", {}, h("strong", {}, one.title), h("small", {}, one.help)))
      )
    );
    choose(kind);
    return h(
      "form",
      { class: "form", onsubmit: send },
      kinds,
      h("div", { class: "pair" }, sizeField, secondsField),
      speakField,
      h("p", { class: "help" }, "Pose, emotion, idle life, background and quality are those of the live picture."),
      outcome,
      h("div", { class: "row end" }, make)
    );
  });
}
function saved(job) {
  const file = job.result?.file;
  return h(
    "div",
    { class: "saved" },
    file.mime.startsWith("image/") && h("img", { src: file.url, alt: "The exported picture" }),
    h("div", {}, h("strong", {}, file.name), h("small", {}, readableBytes(file.bytes))),
    h("a", { class: "button primary", href: file.url, download: file.name }, icon("save"), "Save")
  );
}

// src/extra/finetune.ts
function finetuneDialog(session, id, compare) {
  const name = session.studio.character(id)?.name ?? id;
  openDialog(`Fine-tune ${name}`, (dialog) => {
    const able = session.studio.info.features.finetune;
    if (able !== true) return missing("Fine-tuning is not installed here.", able);
    const files = [];
    const thumbs = h("ul", { class: "thumbs" });
    const outcome = h("div", {});
    const start = h("button", { type: "button", class: "primary", disabled: true, onclick: () => void run() }, "Start");
    const picker = filePicker("Add photos", PORTRAIT_TYPES, add, true, "quiet");
    function add(more) {
      fill(outcome);
      for (const file of more) {
        const unfit = checkPicture(file);
        if (unfit) {
          fill(outcome, notice(unfit.failure));
          continue;
        }
        files.push(file);
        const source = URL.createObjectURL(file);
        dialog.closed.addEventListener("abort", () => URL.revokeObjectURL(source), { once: true });
        thumbs.append(h("li", {}, h("img", { src: source, alt: file.name })));
      }
      start.disabled = files.length === 0;
    }
    async function run() {
      const form = new FormData();
      for (const file of files) form.append("portrait", file);
      const bar = progress("Fine-tuning");
      start.hidden = picker.hidden = true;
      fill(outcome, bar.element);
      try {
        const { job } = await upload(`${characterPath(id)}/finetune`, form);
        const done = await follow(job, bar.tell, dialog.closed);
        await session.studio.refresh();
        const tuned = done.result?.character?.id ?? `${id}-tuned`;
        const show = () => {
          dialog.close();
          compare(tuned);
        };
        fill(outcome, h("p", {}, "Done. The tuned one stands beside the original, which stays as it was."), h("div", { class: "row end" }, h("button", { type: "button", class: "primary", onclick: show }, "Compare before and after")));
        outcome.querySelector("button")?.focus();
      } catch (thrown) {
        if (isAbort(thrown)) return;
        start.hidden = picker.hidden = false;
        fill(outcome, notice(failureOf(thrown)));
      }
    }
    return [
      h("p", {}, "Add a few more photos of the same face: other angles, another smile, good light. Learning takes a few minutes."),
      thumbs,
      outcome,
      h("div", { class: "row end" }, picker, start)
    ];
  });
}

// src/face/copy.ts
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

// src/face/slider.ts
function slider(channel, set) {
  const degrees = channel.unit === "°";
  const id = freshId("channel");
  const step = degrees ? 1 : 0.01;
  const shared = { min: channel.min, max: channel.max, step, value: 0 };
  const range = h("input", { type: "range", id, ...shared, "data-channel": channel.name, oninput: () => set(Number(range.value)) });
  const number = h("input", { type: "number", class: "number", ...shared, "aria-label": `${channel.label}, number`, onchange: () => typed() });
  const label = h("label", { for: id, title: channel.name }, channel.label);
  const element = h("div", { class: "slider", ondblclick: (event) => event.target !== number && set(0) }, label, range, number, degrees && h("span", { class: "unit" }, "°"));
  const zero = share(channel, 0);
  let current = 0;
  function typed() {
    set(Number(number.value));
    write();
  }
  function write() {
    number.value = degrees ? String(Math.round(current)) : current.toFixed(2);
  }
  function tell(value) {
    current = value;
    range.value = String(value);
    if (document.activeElement !== number) write();
    const at = share(channel, value);
    range.style.setProperty("--from", `${Math.min(zero, at) * 100}%`);
    range.style.setProperty("--to", `${Math.max(zero, at) * 100}%`);
    element.classList.toggle("moved", value !== 0);
  }
  tell(0);
  return { element, tell };
}
function share({ min, max }, value) {
  return max === min ? 0 : Math.min(Math.max((value - min) / (max - min), 0), 1);
}

// src/face/group.ts
function sliderGroup(session, group, set, open) {
  const sliders = group.names.map((channel) => ({ channel, ...slider(channel, (value) => set(channel.name, value)) }));
  const reset = h(
    "button",
    {
      type: "button",
      class: "bare small group-reset",
      "aria-label": `Reset ${group.group}`,
      onclick: () => session.setChannels(Object.fromEntries(group.names.map(({ name }) => [name, 0])))
    },
    "Reset"
  );
  const count = h("span", { class: "group-count" });
  const details = h(
    "details",
    { class: "group", open },
    h("summary", {}, h("span", {}, group.group), count),
    h("div", { class: "group-body" }, ...sliders.map(({ element: element2 }) => element2))
  );
  session.pose.watch((pose) => {
    let moved2 = 0;
    for (const { channel, tell } of sliders) {
      const value = pose[channel.name] ?? 0;
      if (value !== 0) moved2 += 1;
      tell(value);
    }
    count.textContent = moved2 > 0 ? `${moved2} moved` : "";
    reset.hidden = moved2 === 0;
  }, session.left);
  const element = h("div", { class: "group-box" }, details, reset);
  let openBefore = open;
  function filter(text) {
    let any = false;
    for (const { channel, element: row } of sliders) {
      const hit = text === "" || `${group.group} ${channel.label} ${channel.name}`.toLowerCase().includes(text);
      row.hidden = !hit;
      any ||= hit;
    }
    element.hidden = !any;
    if (text === "") details.open = openBefore;
    else if (any) details.open = true;
    return any;
  }
  details.querySelector("summary")?.addEventListener("click", () => openBefore = !details.open);
  return { element, filter };
}

// src/face/panel.ts
function facePanel(session) {
  let linked = true;
  const set = (name, value) => {
    const twin = linked ? session.limits.twin(name) : null;
    session.setChannels(twin ? { [name]: value, [twin]: value } : { [name]: value });
  };
  const groups = session.studio.info.channels.map((group, at) => sliderGroup(session, group, set, at < 3));
  const none = h("p", { class: "help" }, "No channel has that in its name.");
  none.hidden = true;
  const filter = h("input", {
    type: "search",
    placeholder: "Find a channel, like jaw or smile",
    "aria-label": "Find a channel",
    oninput: () => {
      const found = groups.map((group) => group.filter(filter.value.trim().toLowerCase()));
      none.hidden = found.some(Boolean);
    }
  });
  const copy = async () => {
    const done = await copyText(JSON.stringify(session.pose.get(), null, 2));
    announce(done ? "The pose was copied as JSON." : "The browser did not allow copying.");
    copyLabel.textContent = done ? "Copied" : "Not allowed";
    setTimeout(() => copyLabel.textContent = "Copy as JSON", 1500);
  };
  const copyLabel = h("span", {}, "Copy as JSON");
  return h(
    "div",
    { class: "face" },
    h("div", { class: "face-tools" }, filter, h("button", { type: "button", class: "quiet", onclick: () => session.pose.set({}) }, "Reset all")),
    h(
      "div",
      { class: "face-tools" },
      toggle("Left and right together", linked, (on) => linked = on),
      h("span", { class: "spacer" }),
      h("button", { type: "button", class: "quiet small", onclick: () => void copy() }, icon("copy"), copyLabel)
    ),
    ...groups.map((group) => group.element),
    none
  );
}

// src/face/feelings.ts
function feelingPanel(session) {
  const name = freshId("emotion");
  let chosen = "neutral";
  const strength = h("input", { type: "range", id: freshId("strength"), min: 0, max: 1, step: 0.05, value: 0.6, oninput: () => tell() });
  const percent = h("output", { for: strength.id });
  function tell() {
    percent.textContent = `${Math.round(Number(strength.value) * 100)} %`;
    strength.style.setProperty("--to", `${Number(strength.value) * 100}%`);
    const emotion = chosen === "neutral" ? null : { [chosen]: Number(strength.value) };
    session.layers.change((layers) => ({ ...layers, emotion }));
  }
  const chips = session.studio.info.emotions.map(
    (emotion) => h(
      "label",
      { class: "emotion" },
      h("input", {
        type: "radio",
        name,
        value: emotion,
        checked: emotion === chosen,
        onchange: () => {
          chosen = emotion;
          tell();
        }
      }),
      h("span", {}, emotion)
    )
  );
  const element = h(
    "div",
    { class: "stack" },
    h("fieldset", { class: "emotions" }, h("legend", {}, "Emotion"), h("div", { class: "chips" }, ...chips)),
    h("div", { class: "slider wide" }, h("label", { for: strength.id }, "Strength"), strength, percent),
    h("p", { class: "help" }, "30 to 70 % looks like people. Speech keeps its lips: the emotion leaves the mouth free to talk."),
    h(
      "div",
      { class: "boxed" },
      toggle("Idle life", session.layers.get().idle, (idle) => session.layers.change((layers) => ({ ...layers, idle })), "Blinks, small glances and breath, so that nobody stands still.")
    )
  );
  tell();
  return element;
}

// src/speech/player.ts
var MOST_SKIPPED_S = 0.1;
var Player = class {
  context = null;
  buffer = null;
  source = null;
  startedAt = 0;
  closed = false;
  /**
   * Fetch and decode; to be called from a click or a key, or the browser will not let it sound. What sounds goes on
   * until the new sound is there. Nothing is loaded once the player is closed.
   */
  async load(address) {
    if (this.closed) return;
    const context = this.context ??= new AudioContext({ latencyHint: "interactive" });
    const [data] = await Promise.all([bytes(address), context.resume()]);
    if (this.closed) return;
    const buffer = await context.decodeAudioData(data);
    if (this.closed) return;
    this.stop();
    this.buffer = buffer;
  }
  get waiting() {
    return this.buffer !== null && this.source === null;
  }
  start(lineSeconds) {
    if (!this.context || !this.buffer) return;
    const source = this.context.createBufferSource();
    source.buffer = this.buffer;
    source.connect(this.context.destination);
    const place2 = lineSeconds + Math.min(this.context.outputLatency || this.context.baseLatency || 0, MOST_SKIPPED_S);
    this.startedAt = this.context.currentTime - place2;
    source.start(0, Math.min(place2, this.buffer.duration));
    this.source = source;
  }
  /** Sound minus picture in milliseconds: positive when the sound is ahead. Null while nothing sounds. */
  offsetMs(lineSeconds) {
    if (!this.context || !this.source || !this.buffer) return null;
    const heard = this.context.currentTime - this.startedAt - (this.context.outputLatency || 0);
    return heard > this.buffer.duration ? null : (heard - lineSeconds) * 1e3;
  }
  stop() {
    this.source?.stop();
    this.source = null;
    this.buffer = null;
  }
  close() {
    this.closed = true;
    this.stop();
    void this.context?.close();
    this.context = null;
  }
};

// src/speech/strip.ts
function strip() {
  const marker = h("div", { class: "strip-marker" });
  const track = h("div", { class: "strip-track" });
  const element = h("div", { class: "strip", "aria-hidden": "true" }, track, marker);
  element.hidden = true;
  let total = 1;
  return {
    element,
    show: (line) => {
      element.hidden = line === null;
      if (!line) return;
      total = Math.max(line.seconds, 0.1);
      fill(track, ...line.phonemes.map(([symbol, start, end]) => sound(symbol, start / total, (end - start) / total)));
    },
    at: (seconds) => {
      marker.hidden = seconds < 0;
      marker.style.setProperty("left", `${Math.min(Math.max(seconds / total, 0), 1) * 100}%`);
    }
  };
}
function sound(symbol, from, width) {
  const box = h("span", { class: /^(sil|sp|pau|_|)$/.test(symbol) ? "rest" : "" }, width > 0.02 ? symbol : "");
  box.style.setProperty("left", `${from * 100}%`);
  box.style.setProperty("width", `${width * 100}%`);
  return box;
}

// src/speech/voices.ts
var ENGINES = { hibari: "Natural voices", piper: "Piper voices", espeak: "Robot voices (eSpeak)" };
var NOT_READY = "Not installed";
function voiceSelect(voices, chosen, change) {
  const groups = /* @__PURE__ */ new Map();
  for (const voice of [...voices.filter((one) => one.ready), ...voices.filter((one) => !one.ready)]) {
    const engine = voice.id.split(":")[0] ?? "";
    const title2 = voice.ready ? ENGINES[engine] ?? "Voices" : NOT_READY;
    groups.set(title2, [...groups.get(title2) ?? [], voice]);
  }
  const box = h(
    "select",
    {
      onchange: () => {
        const voice = voices.find((one) => one.id === box.value);
        if (voice) change(voice);
      }
    },
    ...[...groups].map(([title2, list]) => h("optgroup", { label: title2 }, ...list.map((voice) => option(voice, chosen))))
  );
  return box;
}
function option(voice, chosen) {
  const name = voice.name.charAt(0).toUpperCase() + voice.name.slice(1);
  const language = voice.language && !voice.id.startsWith("espeak") ? ` · ${voice.language}` : "";
  return h("option", { value: voice.id, selected: voice.id === chosen }, name + language);
}

// src/speech/panel.ts
function speechPanel(session) {
  const { info } = session.studio;
  const player = new Player();
  session.left.addEventListener("abort", () => player.close(), { once: true });
  const outcome = h("div", {});
  const sync = h("p", { class: "sync" });
  const shown = strip();
  const speakButton = h("button", { type: "button", class: "primary", onclick: () => void say() }, icon("play"), "Speak");
  const stopButton = h("button", { type: "button", class: "quiet", onclick: hush }, icon("stop"), "Stop");
  stopButton.hidden = true;
  const text = h("textarea", {
    rows: 3,
    maxlength: 1e3,
    onkeydown: (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void say();
    }
  });
  text.value = "Well met, traveller. The road is long, and the night is full of stories.";
  let voice = info.voices.find((one) => one.ready)?.id ?? "auto";
  let speed = 1;
  let busy = false;
  let asked = "";
  let number = null;
  async function prepare(ask2) {
    if (busy) return;
    busy = true;
    speakButton.disabled = true;
    fill(outcome);
    sync.textContent = "Preparing the line …";
    try {
      const line = await ask2();
      await player.load(line.audio);
      if (session.left.aborted) return;
      asked = line.line;
      number = null;
      session.line.set(line);
      shown.show(line);
      sync.textContent = "";
      session.link.send({ type: "speak", line: line.line });
      announce("Speaking.");
    } catch (thrown) {
      sync.textContent = "";
      fill(outcome, notice(failureOf(thrown)));
    } finally {
      busy = false;
      speakButton.disabled = false;
    }
  }
  async function say() {
    const words = text.value.trim();
    if (words === "") {
      fill(outcome, notice({ code: "page", cause: "There is nothing to say yet.", remedy: "Type a line first." }));
      return;
    }
    await prepare(() => post("/api/say", { text: words, voice, speed }));
  }
  async function hear([file]) {
    const unfit = file && checkSize(file);
    if (unfit) return fill(outcome, notice(unfit.failure));
    if (!file) return;
    const form = new FormData();
    form.append("wav", file);
    await prepare(() => upload("/api/hear", form));
  }
  function hush() {
    session.link.send({ type: "hush" });
    player.stop();
  }
  session.onMessage((message) => {
    if (message.type !== "line") return;
    stopButton.hidden = message.state === "ended";
    if (message.state === "ended") shown.at(-1);
    else if (message.line === asked) number = message.number;
  }, session.left);
  function drawn(frame2) {
    if (frame2.line < 0 || frame2.lineNumber !== number) return;
    if (player.waiting) player.start(frame2.line);
    shown.at(frame2.line);
    const offset = player.offsetMs(frame2.line);
    if (offset !== null && !busy) sync.textContent = `Sound and picture: ${describe(offset)}`;
  }
  const notReady = h("div", {});
  const voiceBox = voiceSelect(info.voices, voice, (one) => {
    voice = one.id;
    speakButton.disabled = !one.ready;
    fill(notReady, !one.ready && missing(`${one.name} is not installed.`, one.remedy));
  });
  const speedBox = h("input", { type: "range", min: 0.5, max: 1.5, step: 0.05, value: 1, oninput: () => tellSpeed() });
  const tellSpeed = () => {
    speed = Number(speedBox.value);
    speedBox.style.setProperty("--to", `${(speed - 0.5) * 100}%`);
  };
  tellSpeed();
  const able = info.features.speech;
  const element = h(
    "div",
    { class: "stack" },
    able !== true && missing("Typed lines cannot be spoken here yet.", able),
    able === true && [
      field("Line", text),
      h("div", { class: "pair" }, field("Voice", voiceBox), field("Speed", speedBox)),
      notReady
    ],
    h("div", { class: "row" }, able === true && speakButton, stopButton, able === true && h("span", { class: "or" }, h("kbd", {}, "Ctrl"), h("kbd", {}, "Enter"))),
    outcome,
    shown.element,
    sync,
    recording((files) => void hear(files), info.features.hear ?? true)
  );
  return { element, drawn };
}
function recording(take, able) {
  if (able !== true) return missing("Recordings cannot be heard here yet.", able);
  return h(
    "div",
    { class: "boxed" },
    h("p", {}, h("strong", {}, "A recording of your own")),
    h("p", { class: "help" }, "A WAV file of one voice: the mouth follows what it hears."),
    filePicker("Choose a WAV", "audio/wav,audio/x-wav,.wav", take, false, "quiet")
  );
}
function describe(offset) {
  const ms = Math.round(offset);
  if (Math.abs(ms) < 1) return "together";
  return `sound ${Math.abs(ms)} ms ${ms > 0 ? "ahead" : "behind"}`;
}

// src/core/value.ts
var Value = class {
  constructor(current) {
    this.current = current;
  }
  current;
  watchers = /* @__PURE__ */ new Set();
  get() {
    return this.current;
  }
  set(value) {
    if (Object.is(value, this.current)) return;
    this.current = value;
    for (const watcher of [...this.watchers]) watcher(value);
  }
  change(step) {
    this.set(step(this.current));
  }
  /** Call now and after every change, until the signal fires. */
  watch(watcher, until) {
    watcher(this.current);
    this.watchers.add(watcher);
    until.addEventListener("abort", () => this.watchers.delete(watcher), { once: true });
  }
};

// src/live/frame.ts
var VERSION = 1;
var HEADER_BYTES = 20;
function readFrame(data) {
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
    pixels: new Uint8ClampedArray(data, HEADER_BYTES)
  };
}

// src/live/link.ts
var FIRST_WAIT_MS = 500;
var LONGEST_WAIT_MS = 8e3;
var Link = class {
  constructor(onFrame, onMessage, left) {
    this.onFrame = onFrame;
    this.onMessage = onMessage;
    this.left = left;
    left.addEventListener("abort", () => this.socket?.close(), { once: true });
    this.connect();
  }
  onFrame;
  onMessage;
  left;
  state = new Value("connecting");
  socket = null;
  wait = FIRST_WAIT_MS;
  views = /* @__PURE__ */ new Map();
  pose = {};
  layers = { idle: false, emotion: null, camera: false };
  poseWaits = false;
  show(view2) {
    this.views.set(view2.view, view2);
    this.send({ type: "open", ...view2 });
  }
  hide(view2) {
    if (this.views.delete(view2)) this.send({ type: "close", view: view2 });
  }
  /** Poses are sent once a picture at most; the latest wins. */
  setPose(pose) {
    this.pose = pose;
    if (this.poseWaits) return;
    this.poseWaits = true;
    requestAnimationFrame(() => {
      this.poseWaits = false;
      this.send({ type: "pose", values: this.pose });
    });
  }
  setLayers(layers) {
    this.layers = layers;
    this.send({ type: "layers", ...layers });
  }
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
  connect() {
    const socket = new WebSocket(socketAddress("/api/live"));
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.addEventListener("open", () => this.opened());
    socket.addEventListener("message", (event) => this.heard(event.data));
    socket.addEventListener("close", () => this.lost());
  }
  opened() {
    if (this.left.aborted) return this.socket?.close();
    this.state.set("live");
    this.send({ type: "pose", values: this.pose });
    this.send({ type: "layers", ...this.layers });
    for (const view2 of this.views.values()) this.send({ type: "open", ...view2 });
  }
  heard(data) {
    if (this.left.aborted) return;
    if (typeof data === "string") return this.told(JSON.parse(data));
    const frame2 = readFrame(data);
    if (frame2) this.onFrame(frame2);
  }
  told(message) {
    if (message.type === "opened") this.wait = FIRST_WAIT_MS;
    this.onMessage(message);
  }
  lost() {
    if (this.left.aborted) return;
    this.state.set("lost");
    const timer = setTimeout(() => this.connect(), this.wait);
    this.left.addEventListener("abort", () => clearTimeout(timer), { once: true });
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }
};

// src/face/limits.ts
var Limits = class {
  channels = /* @__PURE__ */ new Map();
  constructor(groups) {
    for (const group of groups) for (const channel of group.names) this.channels.set(channel.name, channel);
  }
  clamp(name, value) {
    const channel = this.channels.get(name);
    return channel ? Math.min(Math.max(value, channel.min), channel.max) : 0;
  }
  span(name) {
    const channel = this.channels.get(name);
    return channel ? channel.max - channel.min : 1;
  }
  /** The same shape on the other side of the face, where there is one. */
  twin(name) {
    const other = name.endsWith("Left") ? `${name.slice(0, -4)}Right` : name.endsWith("Right") ? `${name.slice(0, -5)}Left` : "";
    return this.channels.has(other) && !/^(jaw|mouth)(Left|Right)$/.test(name) ? other : null;
  }
};

// src/live/session.ts
var Session = class {
  constructor(studio, left) {
    this.studio = studio;
    this.left = left;
    this.limits = new Limits(studio.info.channels);
    this.link = new Link(
      (frame2) => this.frameTakers.forEach((take) => take(frame2)),
      (message) => this.messageTakers.forEach((take) => take(message)),
      left
    );
    this.pose.watch((pose) => this.link.setPose(pose), left);
    this.layers.watch((layers) => this.link.setLayers(layers), left);
  }
  studio;
  left;
  pose = new Value({});
  layers = new Value({ idle: true, emotion: null, camera: false });
  /** The last line that was prepared; exports may speak it. */
  line = new Value(null);
  limits;
  link;
  frameTakers = /* @__PURE__ */ new Set();
  messageTakers = /* @__PURE__ */ new Set();
  onFrame(take, until) {
    this.frameTakers.add(take);
    until.addEventListener("abort", () => this.frameTakers.delete(take), { once: true });
  }
  onMessage(take, until) {
    this.messageTakers.add(take);
    until.addEventListener("abort", () => this.messageTakers.delete(take), { once: true });
  }
  onError(view2, take, until) {
    this.onMessage((message) => {
      if (message.type === "error" && message.view === view2) take(message.error);
    }, until);
  }
  /** Set channels; zeros are left out, values are kept in their ranges. */
  setChannels(values) {
    this.pose.change((pose) => {
      const next = { ...pose, ...values };
      for (const name of Object.keys(values)) {
        const value = this.limits.clamp(name, next[name] ?? 0);
        if (Math.abs(value) < 5e-4) delete next[name];
        else next[name] = value;
      }
      return next;
    });
  }
};

// src/live/look.ts
function lookBar(look, sizes) {
  const colour = h("input", {
    type: "color",
    value: "#3fae6b",
    "aria-label": "Background colour",
    oninput: () => look.change((old) => ({ ...old, background: rgb(colour.value) }))
  });
  colour.hidden = true;
  const choose = (kind) => {
    colour.hidden = kind !== "colour";
    look.change((old) => ({ ...old, background: kind === "colour" ? rgb(colour.value) : kind }));
  };
  return h(
    "div",
    { class: "look" },
    segments(
      "Size",
      sizes.map((size) => ({ value: String(size), label: String(size) })),
      String(look.get().size),
      (size) => look.change((old) => ({ ...old, size: Number(size) }))
    ),
    segments(
      "Background",
      [
        { value: "portrait", label: "Portrait" },
        { value: "transparent", label: "Clear" },
        { value: "colour", label: "Colour" }
      ],
      "portrait",
      choose
    ),
    colour,
    toggle("Alpha only", false, (alphaOnly) => look.change((old) => ({ ...old, alphaOnly })))
  );
}
function rgb(hex) {
  const number = Number.parseInt(hex.slice(1), 16);
  return [number >> 16, number >> 8 & 255, number & 255];
}

// src/live/rate.ts
var WINDOW_MS = 1e3;
var Rate = class {
  times = [];
  count(now) {
    this.times.push(now);
    this.forget(now);
  }
  perSecond(now) {
    this.forget(now);
    return this.times.length;
  }
  forget(now) {
    while (this.times[0] !== void 0 && this.times[0] <= now - WINDOW_MS) this.times.shift();
  }
};

// src/live/screen.ts
var Screen = class {
  /** `drawn` is told each frame after it is on the canvas; frames that came too fast are left out. */
  constructor(drawn) {
    this.drawn = drawn;
  }
  drawn;
  canvas = h("canvas", { class: "screen", width: 256, height: 256, tabindex: 0, role: "img" });
  rate = new Rate();
  alphaOnly = false;
  context = this.canvas.getContext("2d");
  next = null;
  asked = false;
  take(frame2) {
    this.next = frame2;
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame((now) => this.draw(now));
  }
  draw(now) {
    this.asked = false;
    const frame2 = this.next;
    if (!frame2 || !this.context) return;
    const { width, height, pixels } = frame2;
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    if (this.alphaOnly) showAlpha(pixels);
    this.context.putImageData(new ImageData(pixels, width, height), 0, 0);
    this.rate.count(now);
    this.canvas.dataset.sequence = String(frame2.sequence);
    this.canvas.dataset.line = frame2.line.toFixed(3);
    this.drawn(frame2);
  }
};
function showAlpha(pixels) {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3] ?? 0;
    pixels[at] = pixels[at + 1] = pixels[at + 2] = alpha;
    pixels[at + 3] = 255;
  }
}

// src/live/turn.ts
var KEY_STEP_DEG = 3;
function turnOn(canvas, session) {
  const turn = (part, yaw, pitch) => {
    const pose = session.pose.get();
    session.setChannels({
      [`${part}Yaw`]: (pose[`${part}Yaw`] ?? 0) + yaw,
      [`${part}Pitch`]: (pose[`${part}Pitch`] ?? 0) + pitch
    });
  };
  const reset = () => session.setChannels({ headYaw: 0, headPitch: 0, headRoll: 0, gazeYaw: 0, gazePitch: 0 });
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
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const step = steps[event.key];
    if (event.key === "Home") reset();
    else if (step) turn(event.shiftKey ? "gaze" : "head", step[0] * KEY_STEP_DEG, step[1] * KEY_STEP_DEG);
    else return;
    event.preventDefault();
  });
}

// src/live/pane.ts
var FPS = 30;
var QUALITIES = [
  { value: "auto", label: "Auto quality" },
  { value: "warp", label: "Warp, fast" },
  { value: "neural", label: "Neural, finest" }
];
function pane(session, view2, first, look, gone, drawn) {
  const { studio, link } = session;
  const shown = new Value(first);
  const screen = new Screen((frame2) => {
    link.send({ type: "ack", view: view2, sequence: frame2.sequence });
    drawn?.(frame2);
  });
  const chip = h("span", { class: "chip" }, "…");
  const trouble = h("div", { class: "pane-trouble" });
  let real = "";
  session.onFrame((frame2) => {
    if (frame2.view === view2) screen.take(frame2);
  }, gone);
  session.onMessage((message) => {
    if (message.type === "opened" && message.view === view2) {
      real = message.quality;
      fill(trouble);
    }
  }, gone);
  session.onError(view2, (error) => fill(trouble, notice(error)), gone);
  const timer = setInterval(() => {
    chip.textContent = `${screen.rate.perSecond(performance.now())} fps${real ? ` · ${real}` : ""}`;
  }, 500);
  gone.addEventListener("abort", () => {
    clearInterval(timer);
    if (!session.left.aborted) link.hide(view2);
  }, { once: true });
  const ask2 = () => {
    const { character, quality } = shown.get();
    const { size, background } = look.get();
    screen.canvas.setAttribute("aria-label", `${studio.character(character)?.name ?? character}, live. Drag or use the arrow keys to turn the head, with Shift the eyes.`);
    link.show({ view: view2, character, quality, size, background, fps: FPS });
  };
  let settled = "";
  const askIfNew = () => {
    const { size, background } = look.get();
    const now = JSON.stringify([shown.get(), size, background]);
    screen.alphaOnly = look.get().alphaOnly;
    if (now !== settled) ask2();
    settled = now;
  };
  shown.watch(askIfNew, gone);
  look.watch(askIfNew, gone);
  turnOn(screen.canvas, session);
  const whoBox = select([], "", (character) => shown.change((old) => ({ ...old, character })));
  const howBox = select(QUALITIES, first.quality, (quality) => shown.change((old) => ({ ...old, quality })));
  whoBox.setAttribute("aria-label", `Character in picture ${view2.toUpperCase()}`);
  howBox.setAttribute("aria-label", `Quality of picture ${view2.toUpperCase()}`);
  studio.cast.watch(({ characters }) => {
    fill(whoBox, ...characters.map((one) => h("option", { value: one.id }, one.name + (one.finetuned ? " (tuned)" : ""))));
    whoBox.value = shown.get().character;
  }, gone);
  shown.watch(({ character, quality }) => {
    whoBox.value = character;
    howBox.value = quality;
  }, gone);
  const element = h(
    "figure",
    { class: "pane", "data-view": view2 },
    h("div", { class: "pane-frame" }, screen.canvas, chip, trouble),
    h("figcaption", {}, h("span", { class: "pane-who" }, whoBox, howBox))
  );
  return { element, shown };
}

// src/live/stage.ts
var OUT_OF_REACH = "The studio is out of reach; trying again …";
function stage(session, id, drawn) {
  const { studio, left } = session;
  const sizes = studio.info.sizes.filter((size) => [128, 256, 512].includes(size));
  const look = new Value({ size: sizes.includes(256) ? 256 : sizes[0] ?? 256, background: "portrait", alphaOnly: false });
  const main = pane(session, "a", { character: id, quality: "auto" }, look, left, drawn);
  const panes = h("div", { class: "panes" }, main.element);
  let second = null;
  function compare(on, character) {
    if (left.aborted) return;
    second?.abort();
    second = null;
    button.setAttribute("aria-pressed", String(on));
    if (!on) return fill(panes, main.element);
    second = new AbortController();
    const gone = AbortSignal.any([second.signal, left]);
    const other = opposite(character);
    fill(panes, main.element, pane(session, "b", other, look, gone).element);
  }
  function opposite(character) {
    const own = main.shown.get();
    const twin = character ?? [`${own.character}-tuned`, own.character.replace(/-tuned$/, "")].find((name) => name !== own.character && studio.character(name));
    if (twin) return { character: twin, quality: own.quality };
    return { character: own.character, quality: (own.quality === "auto" ? studio.info.quality : own.quality) === "neural" ? "warp" : "neural" };
  }
  const button = h("button", { type: "button", class: "quiet", "aria-pressed": "false", onclick: () => compare(second === null) }, icon("compare"), "Compare");
  const lost = h("p", { class: "lost", role: "status" }, OUT_OF_REACH);
  session.link.state.watch((state) => {
    if (lost.hidden) lost.textContent = OUT_OF_REACH;
    lost.hidden = state === "live" || state === "connecting";
  }, left);
  session.onMessage((message) => {
    const refused = message.type === "error" && !message.view;
    if (!refused && message.type !== "notice") return;
    const { cause, remedy, code } = message.type === "error" ? message.error : message;
    lost.textContent = `${cause} ${remedy}`;
    lost.hidden = code === "daemon-back";
  }, left);
  look.watch(({ background, alphaOnly }) => panes.classList.toggle("clear", background === "transparent" && !alphaOnly), left);
  const element = h(
    "section",
    { class: "stage", "aria-label": "Live picture" },
    lost,
    panes,
    h("div", { class: "stage-bar" }, lookBar(look, sizes), button)
  );
  return { element, look, main, compare };
}

// src/live/view.ts
function liveView(studio, id, left) {
  const one = studio.character(id);
  if (!one) {
    const back = h("a", { class: "button", href: "#/" }, "All characters");
    const page = h("div", { class: "page" }, missing("This character is not here.", "It may have been deleted or renamed."), h("p", {}, back));
    studio.cast.watch(() => {
      if (page.isConnected && studio.character(id)) page.replaceWith(liveView(studio, id, left));
    }, left);
    return page;
  }
  const session = new Session(studio, left);
  const speech = speechPanel(session);
  const shown = stage(session, id, speech.drawn);
  const current = () => shown.main.shown.get().character;
  const controls = tabs("What moves the face", [
    { name: "face", label: "Face", icon: "face", content: facePanel(session) },
    { name: "mood", label: "Mood", icon: "heart", content: feelingPanel(session) },
    { name: "speech", label: "Speech", icon: "voice", content: speech.element },
    { name: "camera", label: "Camera", icon: "camera", content: cameraPanel(session) }
  ]);
  const title2 = h("h1", {}, one.name);
  shown.main.shown.watch(({ character }) => title2.textContent = studio.character(character)?.name ?? character, left);
  const save = () => exportDialog(session, current(), shown.look.get(), shown.main.shown.get().quality);
  listShortcuts(left, save, (name) => controls.show(name), () => session.pose.set({}));
  return h(
    "div",
    { class: "live" },
    h(
      "header",
      { class: "live-head" },
      h("a", { class: "bare round", href: "#/", "aria-label": "Back to all characters" }, icon("back")),
      title2,
      h("button", { type: "button", class: "quiet", onclick: () => finetuneDialog(session, current(), (tuned) => shown.compare(true, tuned)) }, icon("spark"), h("span", {}, "Fine-tune")),
      h("button", { type: "button", class: "primary", onclick: save }, icon("save"), "Export")
    ),
    h("div", { class: "live-body" }, shown.element, h("section", { class: "controls", "aria-label": "Controls" }, controls.element))
  );
}
function listShortcuts(left, save, show, reset) {
  shortcut("e", "Export", left, save);
  shortcut("r", "Reset the whole face", left, reset);
  ["face", "mood", "speech", "camera"].forEach((tab, at) => shortcut(String(at + 1), `Show ${tab}`, left, () => show(tab)));
  shortcut("Ctrl Enter", "Speak the line", left);
  shortcut("← → ↑ ↓", "On the picture: turn the head, with Shift the eyes", left);
  shortcut("Home", "On the picture: look straight ahead", left);
}

// src/shell/shell.ts
function shell() {
  const main = h("main", { id: "content", tabindex: -1 });
  const links = [
    { view: "gallery", link: h("a", { href: "#/" }, "Characters") },
    { view: "new", link: h("a", { href: "#/new" }, "New") }
  ];
  const about = h("span", { class: "about" });
  const header = h(
    "header",
    { class: "bar" },
    h("a", { class: "brand", href: "#/", "aria-label": "npcface studio, all characters" }, mark(), h("span", {}, "npcface", h("em", {}, "studio"))),
    h("nav", { "aria-label": "Main" }, ...links.map(({ link }) => link)),
    about,
    themeButton(),
    h("button", { type: "button", class: "bare", "aria-label": "Keyboard shortcuts", onclick: showShortcuts }, icon("keys"))
  );
  let first = true;
  return {
    element: h("div", { class: "shell" }, header, main, announcer()),
    show: (place2, title2, content) => {
      document.title = title2 === "npcface studio" ? title2 : `${title2} – npcface studio`;
      for (const { view: view2, link } of links) {
        if (view2 === place2.view) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
      fill(main, content);
      window.scrollTo(0, 0);
      if (!first) main.focus({ preventScroll: true });
      first = false;
    },
    tell: (info) => fill(about, `${info.version} · ${info.provider.toUpperCase()}`)
  };
}
function themeButton() {
  const button = h("button", { type: "button", class: "bare" });
  const draw = () => {
    fill(button, icon(isDark() ? "sun" : "moon"));
    button.setAttribute("aria-label", isDark() ? "Use the light theme" : "Use the dark theme");
  };
  button.addEventListener("click", () => {
    toggleTheme();
    draw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
  return button;
}
function mark() {
  return s(
    "svg",
    { class: "mark", viewBox: "0 0 32 32", width: 30, height: 30, "aria-hidden": "true" },
    s("rect", { width: 32, height: 32, rx: 10 }),
    s("path", { d: "M10.5 11.5v3M21.5 11.5v3M9 20c4.2 4.2 9.8 4.2 14 0" })
  );
}

// src/studio.ts
var Studio = class _Studio {
  constructor(info) {
    this.info = info;
  }
  info;
  cast = new Value({ characters: [], problems: [] });
  /** Pictures that were dropped in the gallery and wait for the enrol form. */
  waiting = [];
  /** Counts up when a character's files change, so that its pictures are fetched anew. */
  fresh = 0;
  static async connect() {
    const studio = new _Studio(await get("/api/info"));
    await studio.refresh();
    return studio;
  }
  async refresh() {
    const list = await get("/api/characters");
    this.fresh += 1;
    this.cast.set(list);
  }
  /** Ask again who is here, as when a place is entered; nothing is drawn anew unless it has changed. */
  async look() {
    const list = await get("/api/characters");
    if (JSON.stringify(list) === JSON.stringify(this.cast.get())) return;
    this.fresh += 1;
    this.cast.set(list);
  }
  character(id) {
    return this.cast.get().characters.find((one) => one.id === id);
  }
  picture(id, which) {
    return `${characterPath(id)}/${which}.png?v=${this.fresh}`;
  }
};

// src/main.ts
applyTheme();
listenForShortcuts();
shortcut("g", "Go to the characters", null, () => go({ view: "gallery" }));
shortcut("n", "New character", null, () => go({ view: "new" }));
void begin();
async function begin() {
  const app = document.getElementById("app");
  if (!app) return;
  const frame2 = shell();
  app.replaceChildren(frame2.element);
  try {
    const studio = await Studio.connect();
    frame2.tell(studio.info);
    route((place2, left) => {
      frame2.show(place2, title(studio, place2), view(studio, place2, left));
      if (place2.view !== "new") studio.look().catch(() => void 0);
    });
  } catch (thrown) {
    const again = h("button", { type: "button", onclick: () => location.reload() }, "Try again");
    frame2.show({ view: "gallery" }, "npcface studio", h("div", { class: "page" }, notice(failureOf(thrown), again)));
  }
}
function view(studio, place2, left) {
  if (place2.view === "new") return enrolView(studio, left);
  if (place2.view === "live") return liveView(studio, place2.id, left);
  return galleryView(studio, left);
}
function title(studio, place2) {
  if (place2.view === "new") return "New character";
  if (place2.view === "live") return studio.character(place2.id)?.name ?? "Live";
  return "Characters";
}
