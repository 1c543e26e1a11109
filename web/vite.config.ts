/** Builds every island into the server's static folder with a manifest, and the service worker as one file. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mesh } from "topojson-client";
import { build, type Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = fileURLToPath(new URL(".", import.meta.url));
const built = fileURLToPath(new URL("../src/vicinage/server/static/built", import.meta.url));

/** A service worker may import nothing at run time, so it is bundled whole, under a name without hash. */
function serviceWorker(): Plugin {
  return {
    name: "vicinage-service-worker",
    apply: "build",
    async closeBundle() {
      await build({
        root: here,
        configFile: false,
        logLevel: "warn",
        build: {
          outDir: built,
          emptyOutDir: false,
          target: "es2022",
          copyPublicDir: false,
          lib: { entry: "worker/sw.ts", name: "vicinage", formats: ["iife"], fileName: () => "sw.js" },
        },
      });
    },
  };
}

/** The outline of the states as two SVG paths, in the units that us-atlas has projected them to: 975 by 610. */
function states(): Plugin {
  const id = "\0virtual:states";
  return {
    name: "vicinage-states",
    resolveId: (name) => (name === "virtual:states" ? id : null),
    load(name) {
      if (name !== id) return null;
      const atlas = JSON.parse(readFileSync(`${here}node_modules/us-atlas/states-albers-10m.json`, "utf8")) as Parameters<typeof mesh>[0];
      const drawn = (inner: boolean): string =>
        mesh(atlas, atlas.objects["states"] as Parameters<typeof mesh>[1], (a, b) => (a === b) !== inner).coordinates.map(pathOf).join("");
      return `export const size = [975, 610];\nexport const coast = ${JSON.stringify(drawn(false))};\nexport const borders = ${JSON.stringify(drawn(true))};\n`;
    },
  };
}

/** A line as an SVG path: each corner as the step from the one before, in tenths, which is half as long to send. */
function pathOf(line: number[][]): string {
  const tenths = line.map(([x = 0, y = 0]): [number, number] => [Math.round(x * 10), Math.round(y * 10)]);
  const steps = tenths.map(([x, y], i) => {
    const [fromX, fromY] = tenths[i - 1] ?? [0, 0];
    return [x - fromX, y - fromY];
  });
  return `M${steps.map((step) => step.map((n) => n / 10).join(" ")).join("l")}`.replace(/\b0\./g, ".");
}

export default defineConfig({
  root: here,
  base: "/static/built/",
  publicDir: false,
  plugins: [serviceWorker(), states()],
  build: {
    outDir: built,
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: islands() },
  },
  test: { include: ["lib/**/*.test.ts", "islands/**/*.test.ts", "worker/**/*.test.ts"], testTimeout: 30_000 },
});

/** islands/<name>/<name>.ts, each an entry that a page loads by that path. */
function islands(): string[] {
  const folders = readdirSync(`${here}islands`);
  return folders.map((name) => `islands/${name}/${name}.ts`).filter((path) => existsSync(`${here}${path}`));
}
