// What page and studio say to each other, in one place. The other side is npcface/studio.

export interface Failure {
  code: string;
  cause: string;
  remedy: string;
  faces?: FoundFace[];
}

/** A face that was found in a portrait; the box is x, y, width, height in pixels of the upright picture. */
export interface FoundFace {
  index: number;
  box: [number, number, number, number];
}

export interface Channel {
  name: string;
  label: string;
  min: number;
  max: number;
  unit: string;
}

export interface ChannelGroup {
  group: string;
  names: Channel[];
}

export interface Voice {
  id: string;
  name: string;
  language: string;
  ready: boolean;
  remedy: string;
}

/** true: there. Text: missing, and what to do about it. */
export type Feature = boolean | string;

export interface Info {
  version: string;
  quality: string;
  provider: string;
  channels: ChannelGroup[];
  emotions: string[];
  voices: Voice[];
  sizes: number[];
  features: { enroll: Feature; speech: Feature; video: Feature; camera: Feature; finetune: Feature; hear?: Feature };
}

/** Why a face may be used; the words of manifest.json. */
export type Ground = "invented" | "own-face" | "consent" | "licence" | "public-domain";

export interface Rights {
  ground: Ground;
  holder?: string;
  use?: string[];
  evidence?: string;
  date?: string;
}

export interface Character {
  id: string;
  name: string;
  version: string;
  authors: string[];
  license: string;
  consent: string;
  rights: Rights | null;
  stated: boolean; // somebody says why the face may be used, in `rights` or in `consent`
  pack: string; // that it belongs to; empty for one of the store's own, which alone may be changed
  finetuned: boolean;
}

export interface Problem {
  id: string;
  cause: string;
  remedy: string;
}

export interface CharacterList {
  characters: Character[];
  problems: Problem[];
}

export interface SavedFile {
  name: string;
  url: string;
  bytes: number;
  mime: string;
}

export interface Job {
  job: string;
  kind: string;
  state: "running" | "done" | "failed";
  progress: number;
  step: string;
  result?: { character?: Character; file?: SavedFile };
  error?: Failure;
}

export interface Line {
  line: string;
  audio: string;
  seconds: number;
  words: string;
  phonemes: [string, number, number][];
  convention: string;
}

export type Quality = "auto" | "warp" | "neural";
export type Background = "portrait" | "transparent" | [number, number, number];
export type ViewName = "a" | "b";
export type Pose = Record<string, number>;
export type ExportKind = "png" | "sprites" | "webp" | "mp4" | "pack";

export interface ExportOrder {
  character: string;
  kind: ExportKind;
  size: number;
  background: Background;
  quality: Quality;
  values?: Pose;
  emotion?: Record<string, number>;
  idle: boolean;
  line?: string;
  seconds?: number;
}

export interface OpenView {
  view: ViewName;
  character: string;
  size: number;
  quality: Quality;
  background: Background;
  fps: number;
}

export interface Layers {
  idle: boolean;
  emotion: Record<string, number> | null;
  camera: boolean;
}

/** Control messages of /api/live, from the page. */
export type ToStudio =
  | ({ type: "open" } & OpenView)
  | { type: "close"; view: ViewName }
  | { type: "pose"; values: Pose }
  | ({ type: "layers" } & Layers)
  | { type: "speak"; line: string }
  | { type: "hush" }
  | { type: "ack"; view: ViewName; sequence: number };

/** Control messages of /api/live, to the page; frames come as binary, see live/frame.ts. */
export type FromStudio =
  | { type: "opened"; view: ViewName; character: string; quality: string; size: number; fps: number }
  | { type: "error"; view?: ViewName; error: Failure }
  | { type: "notice"; code: "daemon-lost" | "daemon-back"; cause: string; remedy: string }
  /** `number` is in the header of each frame of the line; it is another one each time that a line is spoken. */
  | { type: "line"; line: string; state: "started" | "ended"; number: number }
  | { type: "stats"; fps: Partial<Record<ViewName, number>>; render_ms: Partial<Record<ViewName, number>> };

/** Answers of /api/camera. */
export type FromCamera = { type: "tracked"; values: Pose; ms: number } | { type: "lost" } | { type: "error"; error: Failure };
