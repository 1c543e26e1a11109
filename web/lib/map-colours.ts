/** The colours of a local map, light and dark. */
export interface Colours {
  readonly scheme: string;
  readonly ground: string;
  readonly line: string;
  readonly road: string;
  readonly block: string;
  readonly building: string;
  readonly water: string;
  readonly park: string;
  readonly accent: string;
}

export function readColours(): Colours {
  const css = getComputedStyle(document.documentElement);
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return {
    scheme: dark ? "dark" : "light",
    ground: dark ? "#1a2123" : "#e9ebe6",
    line: dark ? "#242e31" : "#dcdfd8",
    road: dark ? "#44525a" : "#ffffff",
    block: dark ? "#243034" : "#e3e8dd",
    building: dark ? "#2b373b" : "#d9dcd3",
    park: dark ? "#22392a" : "#d4e7cd",
    water: dark ? "#1d3440" : "#cfe2ea",
    accent: css.getPropertyValue("--accent").trim() || "#0b6259",
  };
}
