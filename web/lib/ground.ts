/**
 * What lies under an area on a local map: the operator's tiles (/public/map.pmtiles), else the town's GeoJSON
 * (/public/town.geojson), else nothing. /public/map.json says which there is, so no address is tried in vain.
 */
import type { FeatureCollection } from "geojson";
import { addProtocol, type LayerSpecification, type SourceSpecification } from "maplibre-gl";
import { PMTiles, Protocol } from "pmtiles";
import { publicJson } from "./api";
import type { Colours } from "./map-colours";

export type Box = [[number, number], [number, number]];

export interface Drawn {
  readonly sources: Record<string, SourceSpecification>;
  readonly layers: LayerSpecification[];
}

/** attribution: whom the map's data is from, as plain text. */
export interface Ground {
  readonly bounds: Box | null;
  readonly attribution: string;
  draw(colours: Colours): Drawn;
}

const TILES = "/public/map.pmtiles";
const TOWN = "/public/town.geojson";
const BARE: Ground = { bounds: null, attribution: "", draw: () => ({ sources: {}, layers: [] }) };

/** The best ground that the server has. A map that cannot be read is none. */
export async function findGround(): Promise<Ground> {
  try {
    const { tiles, town } = (await publicJson("/public/map.json")) as { tiles: boolean; town: boolean };
    if (tiles) return await tiled();
    return town ? townGround((await publicJson(TOWN)) as FeatureCollection) : BARE;
  } catch {
    return BARE;
  }
}

async function tiled(): Promise<Ground> {
  const address = new URL(TILES, location.href).href;
  const archive = new PMTiles(address);
  const protocol = new Protocol();
  protocol.add(archive);
  addProtocol("pmtiles", protocol.tile);
  const [header, metadata] = await Promise.all([archive.getHeader(), archive.getMetadata()]);
  const { names, attribution } = describe(metadata);
  return {
    bounds: [[header.minLon, header.minLat], [header.maxLon, header.maxLat]],
    attribution,
    draw: (colours) => ({
      sources: { tiles: { type: "vector", url: `pmtiles://${address}` } },
      layers: layersOf(names, colours),
    }),
  };
}

/** The names of the layers in the tiles, and whom they are from, without markup: MapLibre would take it for HTML. */
export function describe(metadata: unknown): { names: string[]; attribution: string } {
  const { vector_layers: layers, attribution } = (metadata ?? {}) as { vector_layers?: unknown; attribution?: unknown };
  const names = (Array.isArray(layers) ? layers : []).map((layer: { id?: unknown }) => layer.id).filter((id) => typeof id === "string");
  const plain = typeof attribution === "string" ? attribution.replace(/<[^>]*>/g, "").replace(/[<>&"]/g, " ").trim() : "";
  return { names, attribution: plain.slice(0, 200) };
}

const WATER = /water|ocean|river/;
const GREEN = /park|landuse|landcover|green|wood|forest/;
const BUILT = /building/;
const WAYS = /road|street|transport|highway|path/;

/** Drawn from the ground up: land, water, buildings, ways; what bears another name is not drawn. */
export function layersOf(names: readonly string[], colours: Colours): LayerSpecification[] {
  const fills = ([[GREEN, colours.park], [WATER, colours.water], [BUILT, colours.building]] as const).flatMap(([word, colour]) =>
    names.filter((name) => word.test(name)).map((name): LayerSpecification => ({
      id: `fill-${name}`, type: "fill", source: "tiles", "source-layer": name,
      filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour },
    })),
  );
  const lines = ([[WATER, colours.water], [WAYS, colours.road]] as const).flatMap(([word, colour]) =>
    names.filter((name) => word.test(name)).map((name): LayerSpecification => ({
      id: `line-${name}`, type: "line", source: "tiles", "source-layer": name,
      filter: ["==", ["geometry-type"], "LineString"], layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour, "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 11, 0.8, 14, 2.5, 17, 10] },
    })),
  );
  return [...fills, ...lines];
}

function townGround(town: FeatureCollection): Ground {
  return {
    bounds: boundsOf(town),
    attribution: "",
    draw: (colours) => ({
      sources: { town: { type: "geojson", data: town } },
      layers: [
        {
          id: "blocks", type: "fill", source: "town", filter: ["==", ["geometry-type"], "Polygon"],
          paint: { "fill-color": ["match", ["get", "kind"], "water", colours.water, "park", colours.park, colours.block] },
        },
        {
          id: "roads", type: "line", source: "town", filter: ["==", ["geometry-type"], "LineString"],
          paint: {
            "line-color": ["match", ["get", "kind"], "water", colours.water, colours.road],
            "line-width": ["interpolate", ["linear"], ["zoom"], 11, 1, 16, ["match", ["get", "kind"], "main", 14, "water", 18, 8]],
          },
          layout: { "line-cap": "round", "line-join": "round" },
        },
      ],
    }),
  };
}

export function boundsOf(town: FeatureCollection): Box | null {
  const box: Box = [[180, 90], [-180, -90]];
  const visit = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    const [lon, lat] = value as unknown[];
    if (typeof lon === "number" && typeof lat === "number") {
      box[0] = [Math.min(box[0][0], lon), Math.min(box[0][1], lat)];
      box[1] = [Math.max(box[1][0], lon), Math.max(box[1][1], lat)];
    } else value.forEach(visit);
  };
  for (const { geometry } of town.features) if ("coordinates" in geometry) visit(geometry.coordinates);
  return box[0][0] <= box[1][0] ? box : null;
}
