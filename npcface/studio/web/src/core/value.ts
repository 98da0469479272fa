// A value that tells when it changes. Watchers end with the view they belong to, by its AbortSignal.

export class Value<T> {
  private watchers = new Set<(value: T) => void>();

  constructor(private current: T) {}

  get(): T {
    return this.current;
  }

  set(value: T): void {
    if (Object.is(value, this.current)) return;
    this.current = value;
    for (const watcher of [...this.watchers]) watcher(value);
  }

  change(step: (value: T) => T): void {
    this.set(step(this.current));
  }

  /** Call now and after every change, until the signal fires. */
  watch(watcher: (value: T) => void, until: AbortSignal): void {
    watcher(this.current);
    this.watchers.add(watcher);
    until.addEventListener("abort", () => this.watchers.delete(watcher), { once: true });
  }
}
