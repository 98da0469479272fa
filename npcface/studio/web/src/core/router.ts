// Where the page is, kept in the address after "#", so that Back, reload and bookmarks work.

export type Place = { view: "gallery" } | { view: "new" } | { view: "live"; id: string };

export function placeOf(hash: string): Place {
  const [view, id] = hash.replace(/^#\/?/, "").split("/");
  if (view === "new") return { view };
  const name = view === "live" && id ? decoded(id) : "";
  return name ? { view: "live", id: name } : { view: "gallery" };
}

/** Empty for what was never encoded, like "%". */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return "";
  }
}

export function addressOf(place: Place): string {
  return place.view === "live" ? `#/live/${encodeURIComponent(place.id)}` : place.view === "new" ? "#/new" : "#/";
}

export function go(place: Place): void {
  location.hash = addressOf(place);
}

/** Call for the first place and each that follows; the signal ends when the place is left. */
export function route(show: (place: Place, left: AbortSignal) => void): void {
  let current = new AbortController();
  const arrive = (): void => {
    current.abort();
    current = new AbortController();
    show(placeOf(location.hash), current.signal);
  };
  window.addEventListener("hashchange", () => {
    if (location.hash === "" || location.hash.startsWith("#/")) arrive();
  });
  arrive();
}
