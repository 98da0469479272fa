// The range of every channel, and its twin on the other side.

import type { Channel, ChannelGroup } from "../contract";

export class Limits {
  private channels = new Map<string, Channel>();

  constructor(groups: ChannelGroup[]) {
    for (const group of groups) for (const channel of group.names) this.channels.set(channel.name, channel);
  }

  clamp(name: string, value: number): number {
    const channel = this.channels.get(name);
    return channel ? Math.min(Math.max(value, channel.min), channel.max) : 0;
  }

  span(name: string): number {
    const channel = this.channels.get(name);
    return channel ? channel.max - channel.min : 1;
  }

  /** The same shape on the other side of the face, where there is one. */
  twin(name: string): string | null {
    const other = name.endsWith("Left") ? `${name.slice(0, -4)}Right` : name.endsWith("Right") ? `${name.slice(0, -5)}Left` : "";
    // jawLeft, mouthLeft and their like move the whole thing: they exclude each other instead of going together
    return this.channels.has(other) && !/^(jaw|mouth)(Left|Right)$/.test(name) ? other : null;
  }
}
