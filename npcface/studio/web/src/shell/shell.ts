// What stays on the screen: the name, the way around, theme and help.

import type { Info } from "../contract";
import { announcer } from "../core/announce";
import { fill, h, s } from "../core/dom";
import { icon } from "../core/icons";
import type { Place } from "../core/router";
import { showShortcuts } from "../core/shortcuts";
import { isDark, toggleTheme } from "../core/theme";

export interface Shell {
  element: HTMLElement;
  show(place: Place, title: string, content: HTMLElement): void;
  tell(info: Info): void;
}

export function shell(): Shell {
  const main = h("main", { id: "content", tabindex: -1 });
  const links = [
    { view: "gallery", link: h("a", { href: "#/" }, "Characters") },
    { view: "new", link: h("a", { href: "#/new" }, "New") },
  ];
  const about = h("span", { class: "about" });
  const header = h(
    "header",
    { class: "bar" },
    h("a", { class: "brand", href: "#/", "aria-label": "npcface studio, all characters" }, mark(), h("span", {}, "npcface", h("em", {}, "studio"))),
    h("nav", { "aria-label": "Main" }, ...links.map(({ link }) => link)),
    about,
    themeButton(),
    h("button", { type: "button", class: "bare", "aria-label": "Keyboard shortcuts", onclick: showShortcuts }, icon("keys")),
  );
  let first = true;
  return {
    element: h("div", { class: "shell" }, header, main, announcer()),
    show: (place, title, content) => {
      document.title = title === "npcface studio" ? title : `${title} – npcface studio`;
      for (const { view, link } of links) {
        if (view === place.view) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
      fill(main, content);
      window.scrollTo(0, 0);
      // a new place is read from its top; the first one leaves the focus alone
      if (!first) main.focus({ preventScroll: true });
      first = false;
    },
    tell: (info) => fill(about, `${info.version} · ${info.provider.toUpperCase()}`),
  };
}

function themeButton(): HTMLElement {
  const button = h("button", { type: "button", class: "bare" });
  const draw = (): void => {
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

/** Two eyes and a mouth in a rounded frame. */
function mark(): SVGElement {
  return s(
    "svg",
    { class: "mark", viewBox: "0 0 32 32", width: 30, height: 30, "aria-hidden": "true" },
    s("rect", { width: 32, height: 32, rx: 10 }),
    s("path", { d: "M10.5 11.5v3M21.5 11.5v3M9 20c4.2 4.2 9.8 4.2 14 0" }),
  );
}
