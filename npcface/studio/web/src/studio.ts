// What every view shares: what the studio can do, and who lives in it.

import type { Character, CharacterList, Info } from "./contract";
import { characterPath, get } from "./core/api";
import { Value } from "./core/value";

export class Studio {
  readonly cast = new Value<CharacterList>({ characters: [], problems: [] });
  /** Pictures that were dropped in the gallery and wait for the enrol form. */
  waiting: File[] = [];
  /** Counts up when a character's files change, so that its pictures are fetched anew. */
  private fresh = 0;

  private constructor(readonly info: Info) {}

  static async connect(): Promise<Studio> {
    const studio = new Studio(await get<Info>("/api/info"));
    await studio.refresh();
    return studio;
  }

  async refresh(): Promise<void> {
    const list = await get<CharacterList>("/api/characters");
    this.fresh += 1;
    this.cast.set(list);
  }

  /** Ask again who is here, as when a place is entered; nothing is drawn anew unless it has changed. */
  async look(): Promise<void> {
    const list = await get<CharacterList>("/api/characters");
    if (JSON.stringify(list) === JSON.stringify(this.cast.get())) return;
    this.fresh += 1;
    this.cast.set(list);
  }

  character(id: string): Character | undefined {
    return this.cast.get().characters.find((one) => one.id === id);
  }

  picture(id: string, which: "icon" | "portrait"): string {
    return `${characterPath(id)}/${which}.png?v=${this.fresh}`;
  }
}
