/** Builds every island into the server's static folder with a manifest, and the service worker as one file. */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
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

export default defineConfig({
  root: here,
  base: "/static/built/",
  publicDir: false,
  plugins: [serviceWorker()],
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
