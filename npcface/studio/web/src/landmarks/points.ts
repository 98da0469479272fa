// The 68 points of the iBUG scheme: their groups, how they are joined, and where they lie in a face's box.
// Sides are the subject's, as in docs/characters.md: the right eye is on the viewer's left.

export type Point = [number, number];
export type Points = Record<string, Point>;

export interface Group {
  stem: string;
  label: string;
  /** The last point is joined to the first. */
  closed: boolean;
  /** Template: x and y as shares of the box from brows to chin and ear to ear; npcface's mean face seen from the front. */
  at: Point[];
}

export const GROUPS: Group[] = [
  {
    stem: "jaw", label: "Outline, ear to ear", closed: false,
    at: [[0, 0.233], [0.007, 0.344], [0.02, 0.451], [0.038, 0.567], [0.063, 0.693], [0.104, 0.786], [0.153, 0.851],
      [0.281, 0.939], [0.5, 1], [0.719, 0.939], [0.847, 0.851], [0.896, 0.786], [0.937, 0.693], [0.962, 0.567],
      [0.98, 0.451], [0.993, 0.344], [1, 0.233]],
  },
  { stem: "right_brow", label: "Brow on the left", closed: false, at: [[0.086, 0.073], [0.127, 0.027], [0.191, 0], [0.284, 0.002], [0.391, 0.016]] },
  { stem: "left_brow", label: "Brow on the right", closed: false, at: [[0.609, 0.016], [0.716, 0.002], [0.809, 0], [0.873, 0.027], [0.914, 0.073]] },
  { stem: "nose_bridge", label: "Bridge of the nose", closed: false, at: [[0.5, 0.171], [0.5, 0.278], [0.5, 0.367], [0.5, 0.424]] },
  { stem: "nostrils", label: "Under the nose", closed: false, at: [[0.418, 0.496], [0.449, 0.519], [0.5, 0.521], [0.551, 0.519], [0.582, 0.496]] },
  { stem: "right_eye", label: "Eye on the left", closed: true, at: [[0.192, 0.194], [0.235, 0.16], [0.312, 0.157], [0.385, 0.216], [0.313, 0.234], [0.243, 0.233]] },
  { stem: "left_eye", label: "Eye on the right", closed: true, at: [[0.615, 0.216], [0.688, 0.157], [0.765, 0.16], [0.808, 0.194], [0.757, 0.233], [0.687, 0.234]] },
  {
    stem: "outer_lip", label: "Lips, outer edge", closed: true,
    at: [[0.316, 0.694], [0.393, 0.633], [0.448, 0.613], [0.5, 0.623], [0.552, 0.613], [0.607, 0.633], [0.684, 0.694],
      [0.605, 0.746], [0.555, 0.757], [0.5, 0.761], [0.445, 0.757], [0.395, 0.746]],
  },
  {
    stem: "inner_lip", label: "Lips, inner edge", closed: true,
    at: [[0.335, 0.692], [0.459, 0.678], [0.5, 0.679], [0.541, 0.678], [0.665, 0.692], [0.544, 0.691], [0.5, 0.691], [0.456, 0.691]],
  },
];

export const namesOf = (group: Group): string[] => group.at.map((_, index) => `${group.stem}${index}`);

export const groupOf = (name: string): Group | undefined => GROUPS.find((group) => namesOf(group).includes(name));

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** All 68 points, laid into a box; rounded to tenths of a pixel. */
export function templateIn(box: Box): Points {
  const points: Points = {};
  for (const group of GROUPS) {
    group.at.forEach(([x, y], index) => {
      points[`${group.stem}${index}`] = [tenth(box.x + x * box.width), tenth(box.y + y * box.height)];
    });
  }
  return points;
}

/** Move some points, keeping them on or near the picture, where the studio accepts them. */
export function moved(points: Points, names: string[], dx: number, dy: number, [width, height]: [number, number]): Points {
  const next = { ...points };
  for (const name of names) {
    const old = points[name];
    if (!old) continue;
    next[name] = [tenth(clamp(old[0] + dx, -width / 3, width * 1.33)), tenth(clamp(old[1] + dy, -height / 3, height * 1.33))];
  }
  return next;
}

const tenth = (value: number): number => Math.round(value * 10) / 10;
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
