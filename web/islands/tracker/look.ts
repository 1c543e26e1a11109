/** Which part of a drawing is seen: moved and enlarged, never beyond its edges. */
export interface Look {
  /** Pixels of the screen for a unit of the drawing; and where the drawing's corner lies, in pixels. */
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Size of the drawing in its units. */
  readonly size: readonly [number, number];
}

const CLOSEST = 60;

/** The whole drawing, in the middle. */
export function whole({ width, height, size }: Frame): Look {
  const scale = Math.min(width / size[0], height / size[1]);
  return { scale, left: (width - size[0] * scale) / 2, top: (height - size[1] * scale) / 2 };
}

/** Enlarged by a factor around a pixel, which stays where it is. */
export function zoomed(look: Look, frame: Frame, factor: number, x: number, y: number): Look {
  const least = whole(frame).scale;
  const scale = Math.min(Math.max(look.scale * factor, least), least * CLOSEST);
  const by = scale / look.scale;
  return kept({ scale, left: x - (x - look.left) * by, top: y - (y - look.top) * by }, frame);
}

/** Moved by so many pixels. */
export function moved(look: Look, frame: Frame, dx: number, dy: number): Look {
  return kept({ ...look, left: look.left + dx, top: look.top + dy }, frame);
}

/** Moved so that a place of the drawing is in the middle. */
export function centred(look: Look, frame: Frame, x: number, y: number): Look {
  return kept({ ...look, left: frame.width / 2 - x * look.scale, top: frame.height / 2 - y * look.scale }, frame);
}

/** The place of the drawing under a pixel. */
export function under({ scale, left, top }: Look, x: number, y: number): [number, number] {
  return [(x - left) / scale, (y - top) / scale];
}

/** The drawing covers the frame, or stands in its middle where it is smaller. */
function kept({ scale, left, top }: Look, { width, height, size }: Frame): Look {
  return { scale, left: along(left, size[0] * scale, width), top: along(top, size[1] * scale, height) };
}

function along(start: number, length: number, room: number): number {
  return length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, start));
}
