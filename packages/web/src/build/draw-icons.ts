import { encodePng } from './encode-png.ts'
import { type Colour, type Shape, paint } from './paint.ts'

/** The mark stands in a square of this many units: assets/icon.svg. */
const MARK_SIDE = 32

const TEAL: Colour = [0x0c, 0x54, 0x4c]
const CARD: Colour = [0xff, 0xfd, 0xf8]
const PAPER: Colour = [0xf3, 0xf0, 0xe7]
const RULE: Colour = [0xd6, 0xd0, 0xc0]

/** Sides of the pictures in `/favicon.ico`, in pixels. */
const FAVICON_SIDES = [16, 32]

/** How much of an icon's side the mark takes, where the whole icon is shown and where its edge may be cut away. */
const WHOLE = 0.76
const MASKED = 0.6

/** What a chat shows of a link, in pixels. */
const PREVIEW_WIDTH = 1200
const PREVIEW_HEIGHT = 630

/** The mark: the paper that it is made of, and its lines. */
export interface Mark {
  readonly paper: string
  readonly lines: string
}

/** The two outlines in `assets/icon.svg`. */
export function readMark(svg: string): Mark {
  const [paper, lines, ...others] = Array.from(svg.matchAll(/ d='([^']+)'/g), ([, path]) => path)
  if (paper === undefined || lines === undefined || others.length > 0) throw new TypeError('assets/icon.svg is not two paths')
  return { paper, lines }
}

/**
 * Draw every picture that browsers, systems and chats ask for, by its file's name. None says
 * anything of a page or a secret.
 */
export function drawIcons(mark: Mark): ReadonlyMap<string, Buffer> {
  return new Map([
    ['favicon.ico', drawFavicon(mark)],
    ['apple-touch-icon.png', drawTile(mark, 180, WHOLE)],
    ['icon-192.png', drawTile(mark, 192, WHOLE)],
    ['icon-512.png', drawTile(mark, 512, WHOLE)],
    ['icon-maskable-512.png', drawTile(mark, 512, MASKED)],
    ['preview.png', drawPreview(mark)],
  ])
}

/** The mark in light on a tile of one colour: systems round its corners as they like. */
function drawTile(mark: Mark, side: number, share: number): Buffer {
  const shape = { scale: (side * share) / MARK_SIDE, x: (side * (1 - share)) / 2, y: (side * (1 - share)) / 2 }
  return encodePng(side, side, paint(side, side, TEAL, [{ path: mark.lines, colour: CARD, ...shape }]))
}

/** A Windows icon that holds PNGs, for browsers and programs that ask for `/favicon.ico`. */
function drawFavicon(mark: Mark): Buffer {
  const pictures = FAVICON_SIDES.map((side) => {
    const shape = { scale: side / MARK_SIDE, x: 0, y: 0 }
    const shapes = [
      { path: mark.paper, colour: CARD, ...shape },
      { path: mark.lines, colour: TEAL, ...shape },
    ]
    return { side, png: encodePng(side, side, paint(side, side, null, shapes)) }
  })
  // struct {
  //   uint16 zero, kind, count;
  //   struct {
  //     uint8 width, height, colours, zero;
  //     uint16 planes, bits;
  //     uint32 bytes, offset;
  //   } entries[count];
  // } IconDirectory;
  const directory = Buffer.alloc(6 + 16 * pictures.length)
  directory.set([0, 0, 1, 0, pictures.length])
  let offset = directory.length
  pictures.forEach(({ side, png }, i) => {
    const at = 6 + 16 * i
    directory.set([side, side, 0, 0, 1, 0, 32, 0], at)
    directory.writeUInt32LE(png.length, at + 8)
    directory.writeUInt32LE(offset, at + 12)
    offset += png.length
  })
  return Buffer.concat([directory, ...pictures.map(({ png }) => png)])
}

/** The mark and the name over a perforation: what a chat shows of any link to any page. */
function drawPreview(mark: Mark): Buffer {
  const place = { scale: 9, x: 116, y: 146 }
  const dashes = Array.from({ length: 26 }, (_, i) => `M${12 + i * 46} 514H${38 + i * 46}V519H${12 + i * 46}Z`).join('')
  const shapes: readonly Shape[] = [
    { path: dashes, colour: RULE, scale: 1, x: 0, y: 0 },
    { path: mark.paper, colour: CARD, ...place },
    { path: mark.lines, colour: TEAL, ...place },
    ...writeName({ scale: 6.4, x: 470, y: 238 }),
  ]
  return encodePng(PREVIEW_WIDTH, PREVIEW_HEIGHT, paint(PREVIEW_WIDTH, PREVIEW_HEIGHT, PAPER, shapes))
}

/** Units between one letter and the next. */
const SPACING = 2

/** A circle in eight curves, around a point. */
function circle(x: number, y: number, radius: number): string {
  const [far, near, half] = [radius, radius * (Math.SQRT2 - 1), radius * Math.SQRT1_2]
  const curves = [
    [far, near, half, half],
    [near, far, 0, far],
    [-near, far, -half, half],
    [-far, near, -far, 0],
    [-far, -near, -half, -half],
    [-near, -far, 0, -far],
    [near, -far, half, -half],
    [far, -near, far, 0],
  ].map(([a = 0, b = 0, c = 0, d = 0]) => `Q${x + a} ${y + b} ${x + c} ${y + d}`)
  return `M${x + radius} ${y}${curves.join('')}Z`
}

const RING = circle(5.2, 10.8, 5.2) + circle(5.2, 10.8, 2.9)

/** Letters, 16 units high: how wide, what is drawn in ink, what is cut out, and what is drawn over that. */
const LETTERS: Readonly<Record<string, readonly [width: number, ink: readonly string[], cut?: string, over?: string]>> = {
  L: [8, ['M0 0.8H2.4V13.7H8V16H0Z']],
  e: [10.4, [RING], 'M7.2 12.8L9.3 14.2H11V11.6H5.2Z', 'M1.4 9.8H10.3V11.7H1.4Z'],
  t: [6.8, ['M1.9 2.6H4.2V5.8H6.8V7.9H4.2V12.2Q4.2 13.8 5.7 13.8H6.8V16H5.2Q1.9 16 1.9 12.6V7.9H0V5.8H1.9Z']],
  r: [6, ['M0 5.8H2.3V16H0Z', 'M1.2 11Q1.2 5.6 5.4 5.6H6V8H5.4Q2.3 8 2.3 11Z']],
  l: [2.4, ['M0 0H2.4V16H0Z']],
  o: [10.4, [RING]],
  c: [9.4, [RING], 'M5.6 10.8L9.6 6.6H11V15H9.6Z'],
  k: [9.4, ['M0 0H2.3V16H0Z', 'M2 10.4L6.4 5.8H9.2L4.9 10.1L9.4 16H6.7L3.4 11.6L2 13Z']],
}

function writeName({ scale, x, y }: Pick<Shape, 'scale' | 'x' | 'y'>): readonly Shape[] {
  let left = x
  return Array.from('Letterlock').flatMap((letter) => {
    const [width, ink, cut = '', over = ''] = LETTERS[letter] ?? [0, []]
    const place = { scale, x: left, y }
    left += (width + SPACING) * scale
    return [
      ...ink.map((path) => ({ path, colour: TEAL, ...place })),
      { path: cut, colour: PAPER, ...place },
      { path: over, colour: TEAL, ...place },
    ]
  })
}
