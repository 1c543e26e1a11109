/**
 * A map without anyone else's tiles: the operator's own PMTiles or the town's GeoJSON where the server has them,
 * else a plain ground with a grid of degrees. It only shows and takes clicks; the typed form beside it can do all
 * that it does.
 */
import "maplibre-gl/dist/maplibre-gl.css";
import type { Feature, FeatureCollection, LineString, Polygon, Position } from "geojson";
import {
  AttributionControl,
  GeoJSONSource,
  Map as MapLibre,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
  type StyleSpecification,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { findGround, type Ground } from "./ground";
import { readColours, type Colours } from "./map-colours";
import type { Place } from "./match";

/** A round area has too many corners to dot. */
const MOST_DOTS = 24;

/** A map in this element; `draw` shows corners and their area, clicks arrive at `onClick`. */
export class AreaMap {
  private constructor(
    private readonly map: MapLibre,
    private readonly colours: Colours,
  ) {}

  static async make(element: HTMLElement, onClick: (place: Place) => void): Promise<AreaMap> {
    setWorkerUrl(workerUrl);
    const ground = await findGround();
    const bounds = ground.bounds;
    const colours = readColours();
    const map = new MapLibre({
      container: element,
      style: style(colours, ground),
      center: [0, 20],
      zoom: bounds ? 12 : 1,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      ...(bounds ? { bounds, fitBoundsOptions: { padding: 16 } } : {}),
    });
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new ScaleControl({ unit: "imperial" }), "bottom-left");
    if (ground.attribution !== "") map.addControl(new AttributionControl({ compact: false, customAttribution: ground.attribution }), "bottom-right");
    map.on("click", (event) => {
      onClick({ lat: round(event.lngLat.lat), lon: round(event.lngLat.lng) });
    });
    const areaMap = new AreaMap(map, colours);
    await map.once("load");
    areaMap.addGrid();
    return areaMap;
  }

  /** Shows these corners, and the area between them once there are three. */
  draw(corners: readonly Place[]): void {
    const positions = corners.map(({ lat, lon }): Position => [lon, lat]);
    const points = (positions.length > MOST_DOTS ? [] : positions).map((at): Feature => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: at } }));
    const ring: Feature<Polygon | LineString>[] =
      positions.length >= 3
        ? [{ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...positions, ...positions.slice(0, 1)]] } }]
        : positions.length === 2
          ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: positions } }]
          : [];
    const source = this.map.getSource("area");
    if (source instanceof GeoJSONSource) void source.setData({ type: "FeatureCollection", features: [...ring, ...points] });
  }

  /** Shows several areas at once, all of them in view. */
  areas(rings: readonly Position[][]): void {
    const features = rings.map((ring): Feature => ({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } }));
    const source = this.map.getSource("area");
    if (source instanceof GeoJSONSource) void source.setData({ type: "FeatureCollection", features });
    this.fit(rings.flat().map(([lon = 0, lat = 0]) => ({ lat, lon })));
  }

  /** Brings these places into view. */
  fit(places: readonly Place[]): void {
    const [first] = places;
    if (!first) return;
    if (places.length === 1) {
      this.map.jumpTo({ center: [first.lon, first.lat], zoom: Math.max(this.map.getZoom(), 14) });
      return;
    }
    const lons = places.map((place) => place.lon);
    const lats = places.map((place) => place.lat);
    this.map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { padding: 48, animate: false });
  }

  /** Lines of latitude and longitude, near enough to find one's way by. */
  private addGrid(): void {
    const draw = (): void => {
      const bounds = this.map.getBounds();
      const step = stepFor(bounds.getEast() - bounds.getWest());
      const source = this.map.getSource("grid");
      if (source instanceof GeoJSONSource) {
        void source.setData(grid(bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth(), step));
      }
    };
    this.map.on("moveend", draw);
    draw();
    this.map.getCanvas().setAttribute("aria-hidden", "true"); // the same corners stand in the form as text
    this.map.getCanvas().tabIndex = -1;
    this.map.getContainer().dataset["ready"] = this.colours.scheme;
  }
}

function style(colours: Colours, ground: Ground): StyleSpecification {
  const empty: FeatureCollection = { type: "FeatureCollection", features: [] };
  const own = ground.draw(colours);
  return {
    version: 8,
    sources: { grid: { type: "geojson", data: empty }, area: { type: "geojson", data: empty }, ...own.sources },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colours.ground } },
      { id: "grid", type: "line", source: "grid", paint: { "line-color": colours.line, "line-width": 1 } },
      ...own.layers,
      { id: "area", type: "fill", source: "area", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colours.accent, "fill-opacity": 0.18 } },
      { id: "edge", type: "line", source: "area", paint: { "line-color": colours.accent, "line-width": 2.5 } },
      {
        id: "corners", type: "circle", source: "area", filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-radius": 6, "circle-color": colours.accent, "circle-stroke-width": 2, "circle-stroke-color": colours.ground },
      },
    ],
  };
}

function stepFor(width: number): number {
  const steps = [0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30];
  return steps.find((step) => width / step <= 12) ?? 30;
}

function grid(west: number, south: number, east: number, north: number, step: number): FeatureCollection {
  const features: Feature[] = [];
  const add = (coordinates: Position[]): void => {
    features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } });
  };
  for (let lon = Math.floor(west / step) * step; lon <= east; lon += step) add([[lon, south], [lon, north]]);
  for (let lat = Math.floor(south / step) * step; lat <= north; lat += step) add([[west, lat], [east, lat]]);
  return { type: "FeatureCollection", features };
}

/** Six decimals: a decimetre, as areas are rounded everywhere. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
