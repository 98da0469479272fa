// Builds the page into ../static, or into the folder named: node build.mjs [FOLDER]. The same sources give the same bytes.
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, "..", "static"));

await mkdir(folder, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: { studio: "src/main.ts" },
  outdir: folder,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
await build({
  absWorkingDir: here,
  entryPoints: { studio: "styles/studio.css" },
  outdir: folder,
  bundle: true,
  target: ["chrome110", "firefox115", "safari16.4"],
  charset: "utf8",
  logLevel: "warning",
});
await copyFile(join(here, "index.html"), join(folder, "index.html"));
