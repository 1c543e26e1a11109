/** Draws the states and the seats on a canvas, and moves them as fingers, mouse, wheel and buttons ask. */
import { borders, coast, size } from "virtual:states";
import { centred, moved, under, whole, zoomed, type Frame, type Look } from "./look";
import type { Seats, Standing } from "./points";

const MOST_DENSE = 2; // a screen's finer pixels cost time and show nothing more
const TAP_PX = 6;
const LINE_PX = 16;

interface Colours {
  readonly land: string;
  readonly line: string;
  readonly ring: string;
  readonly of: Readonly<Record<Standing, string>>;
}

/** onPick: someone pointed at this place of the drawing; `reach` is how far a finger may miss, in its units. */
export class StatesMap {
  private readonly pen: CanvasRenderingContext2D;
  private readonly land = new Path2D(coast);
  private readonly lines = new Path2D(borders);
  private frame: Frame = { width: 1, height: 1, size };
  private look: Look = { scale: 1, left: 0, top: 0 };
  private seats: Seats | null = null;
  private rings: readonly (readonly [number, number])[] = [];
  private isDue = false;
  private readonly fingers = new Map<number, { x: number; y: number }>();
  private travelled = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly onPick: (x: number, y: number, reach: number) => void,
  ) {
    const pen = canvas.getContext("2d");
    if (!pen) throw new Error("This browser has no canvas.");
    this.pen = pen;
    new ResizeObserver(() => {
      this.fit();
    }).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.due();
    });
    this.listen();
    this.fit();
  }

  show(seats: Seats): void {
    this.seats = seats;
    this.due();
  }

  /** Rings around these places of the drawing. */
  mark(places: readonly (readonly [number, number])[]): void {
    this.rings = places;
    this.due();
  }

  zoom(factor: number): void {
    this.to(zoomed(this.look, this.frame, factor, this.frame.width / 2, this.frame.height / 2));
  }

  whole(): void {
    this.to(whole(this.frame));
  }

  /** This place of the drawing in the middle. */
  centre(x: number, y: number): void {
    this.to(centred(this.look, this.frame, x, y));
  }

  private to(look: Look): void {
    this.look = look;
    this.due();
  }

  private fit(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0) return;
    const dense = Math.min(devicePixelRatio, MOST_DENSE);
    this.canvas.width = Math.round(width * dense);
    this.canvas.height = Math.round(height * dense);
    const isFirst = this.frame.width === 1;
    this.frame = { width, height, size };
    this.to(isFirst ? whole(this.frame) : moved(this.look, this.frame, 0, 0));
  }

  private due(): void {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      this.draw();
    });
  }

  private draw(): void {
    const { pen, look } = this;
    const dense = this.canvas.width / this.frame.width;
    const colours = readColours(this.canvas);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.setTransform(look.scale * dense, 0, 0, look.scale * dense, look.left * dense, look.top * dense);
    pen.fillStyle = colours.land;
    pen.fill(this.land);
    pen.strokeStyle = colours.line;
    pen.lineWidth = 1 / look.scale;
    pen.stroke(this.lines);
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    if (this.seats) this.drawSeats(this.seats, colours);
    pen.strokeStyle = colours.ring;
    pen.lineWidth = 2.5;
    for (const [x, y] of this.rings) {
      pen.beginPath();
      pen.arc(x * look.scale + look.left, y * look.scale + look.top, 8, 0, 2 * Math.PI);
      pen.stroke();
    }
    this.canvas.dataset["drawn"] = String(this.seats ? this.seats.group.length : 0);
  }

  /** Squares: a circle costs ten times as much, and at this size looks the same. */
  private drawSeats({ at, group, groups }: Seats, colours: Colours): void {
    const { pen, look, frame } = this;
    const enlarged = look.scale / whole(frame).scale;
    const side = Math.min(7, 1.6 * Math.sqrt(enlarged));
    pen.globalAlpha = enlarged < 4 ? 0.6 : 0.85;
    let colour = "";
    for (let seat = 0; seat < group.length; seat += 1) {
      const x = (at[seat * 2] ?? 0) * look.scale + look.left;
      const y = (at[seat * 2 + 1] ?? 0) * look.scale + look.top;
      if (x < -side || y < -side || x > frame.width + side || y > frame.height + side) continue;
      const standing = groups[group[seat] ?? 0]?.standing ?? "verified";
      if (colours.of[standing] !== colour) {
        colour = colours.of[standing];
        pen.fillStyle = colour;
      }
      const larger = standing === "verified" ? side : side + 2;
      pen.fillRect(x - larger / 2, y - larger / 2, larger, larger);
    }
    pen.globalAlpha = 1;
  }

  private listen(): void {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      if (this.fingers.size === 0) this.travelled = 0;
      this.fingers.set(event.pointerId, this.pixel(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      this.drag(event);
    });
    canvas.addEventListener("pointerup", (event) => {
      const isTap = this.fingers.size === 1 && this.travelled < TAP_PX;
      this.fingers.delete(event.pointerId);
      if (!isTap) return;
      const { x, y } = this.pixel(event);
      const reach = event.pointerType === "mouse" ? 8 : LINE_PX;
      this.onPick(...under(this.look, x, y), reach / this.look.scale);
    });
    canvas.addEventListener("pointercancel", (event) => {
      this.fingers.delete(event.pointerId);
    });
    canvas.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return; // a bare wheel goes on scrolling the page
        event.preventDefault();
        const { x, y } = this.pixel(event);
        this.to(zoomed(this.look, this.frame, Math.exp(-event.deltaY / 200), x, y));
      },
      { passive: false },
    );
  }

  /** One finger moves the map, two enlarge it. */
  private drag(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const now = this.pixel(event);
    const [dx, dy] = [now.x - before.x, now.y - before.y];
    this.travelled += Math.hypot(dx, dy);
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.fingers.set(event.pointerId, now);
    if (!other) this.to(moved(this.look, this.frame, dx, dy));
    else {
      const was = Math.hypot(before.x - other.x, before.y - other.y);
      const is = Math.hypot(now.x - other.x, now.y - other.y);
      const look = zoomed(this.look, this.frame, is / Math.max(was, 1), (now.x + other.x) / 2, (now.y + other.y) / 2);
      this.to(moved(look, this.frame, dx / 2, dy / 2));
    }
  }

  private pixel(event: MouseEvent): { x: number; y: number } {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
}

function readColours(element: Element): Colours {
  const css = getComputedStyle(element);
  const read = (name: string): string => css.getPropertyValue(name).trim();
  return {
    land: read("--map-land"),
    line: read("--map-line"),
    ring: read("--ink"),
    of: { verified: read("--accent"), suspended: read("--stop"), left: read("--quiet") },
  };
}
