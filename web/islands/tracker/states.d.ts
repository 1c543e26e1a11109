/** The outline of the states, made at build time from the package us-atlas (vite.config.ts). */
declare module "virtual:states" {
  /** Size of the drawing, in its own units. */
  export const size: readonly [number, number];
  /** SVG path of the country's coast, and of the borders between states. */
  export const coast: string;
  export const borders: string;
}
