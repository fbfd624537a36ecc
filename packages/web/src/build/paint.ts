/** Red, green and blue, 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number]

/** An outline in one colour, and where it stands. */
export interface Shape {
  /** As in SVG, of the commands M, L, H, V, Q and Z. What lies inside an even number of outlines is left out. */
  readonly path: string
  readonly colour: Colour
  /** Pixels for each unit of the path. */
  readonly scale: number
  /** Where the path's origin lies, in pixels. */
  readonly x: number
  readonly y: number
}

type Point = readonly [x: number, y: number]

/** Lines that each row of pixels is cut along. */
const LINES = 8
/** Straight pieces of a curve. */
const PIECES = 12
/** Shades between outside and inside: few enough that a picture needs no more than 256 colours. */
const SHADES = 15

/**
 * Paint shapes, one over the other, into red, green, blue and opacity. By arithmetic alone,
 * and without any function that processors round differently, so that it is the same bytes
 * everywhere.
 *
 * @param ground - what lies beneath; `null` is nothing.
 */
export function paint(width: number, height: number, ground: Colour | null, shapes: readonly Shape[]): Uint8Array {
  const pixels = new Uint8Array(width * height * 4)
  if (ground !== null) for (let at = 0; at < pixels.length; at += 4) pixels.set([...ground, 255], at)
  for (const shape of shapes) {
    const outlines = readPath(shape)
    for (let y = 0; y < height; y++) {
      const row = measureRow(outlines, y, width)
      for (let x = 0; x < width; x++) {
        const shade = Math.round(Math.min(1, row[x] as number) * SHADES) / SHADES
        if (shade > 0) cover(pixels, (y * width + x) * 4, shape.colour, shade)
      }
    }
  }
  return pixels
}

/** The closed outlines of a path, in pixels. */
function readPath({ path, scale, x, y }: Shape): readonly (readonly Point[])[] {
  const outlines: Point[][] = []
  let at: Point = [0, 0]
  for (const [, command, numbers = ''] of path.matchAll(/([MLHVQZ])([^MLHVQZ]*)/g)) {
    const [a = 0, b = 0, c = 0, d = 0] = (numbers.match(/-?[\d.]+/g) ?? []).map(Number)
    const points: Point[] = command === 'H' ? [[a, at[1]]] : command === 'V' ? [[at[0], a]] : [[a, b]]
    if (command === 'M') outlines.push([])
    if (command === 'Z') continue
    const drawn = command === 'Q' ? bend(at, [a, b], [c, d]) : points
    outlines.at(-1)?.push(...drawn.map(([px, py]): Point => [px * scale + x, py * scale + y]))
    at = drawn.at(-1) ?? at
  }
  return outlines
}

function bend(from: Point, over: Point, to: Point): Point[] {
  return Array.from({ length: PIECES }, (_, i) => {
    const t = (i + 1) / PIECES
    const along = (k: 0 | 1) => (1 - t) * (1 - t) * from[k] + 2 * t * (1 - t) * over[k] + t * t * to[k]
    return [along(0), along(1)] as const
  })
}

/** How much of each pixel of a row lies inside, from 0 to 1. */
function measureRow(outlines: readonly (readonly Point[])[], y: number, width: number): Float64Array {
  const inside = new Float64Array(width)
  for (let line = 0; line < LINES; line++) {
    const crossings = outlines.flatMap((outline) => cross(outline, y + (line + 0.5) / LINES)).toSorted((a, b) => a - b)
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, crossings[i] as number)
      const to = Math.min(width, crossings[i + 1] as number)
      for (let x = Math.floor(from); x < to; x++) inside[x] = (inside[x] as number) + (Math.min(to, x + 1) - Math.max(from, x)) / LINES
    }
  }
  return inside
}

/** Where an outline crosses a line. */
function cross(outline: readonly Point[], y: number): number[] {
  return outline.flatMap(([x2, y2], i) => {
    const [x1, y1] = outline.at(i - 1) as Point
    return y1 > y === y2 > y ? [] : [x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)]
  })
}

/** Lay a shade of a colour over a pixel. */
function cover(pixels: Uint8Array, at: number, colour: Colour, shade: number): void {
  const before = (pixels[at + 3] as number) / 255
  const after = shade + before * (1 - shade)
  for (const k of [0, 1, 2] as const) {
    const below = pixels[at + k] as number
    pixels[at + k] = Math.round((colour[k] * shade + below * before * (1 - shade)) / after)
  }
  pixels[at + 3] = Math.round(after * 255)
}
