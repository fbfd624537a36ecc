import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { crc32, inflateSync } from 'node:zlib'
import { drawIcons, readMark } from '../src/build/draw-icons.ts'
import { encodePng } from '../src/build/encode-png.ts'
import { paint } from '../src/build/paint.ts'

const SVG = readFileSync(new URL('../src/assets/icon.svg', import.meta.url), 'utf8')
const icons = drawIcons(readMark(SVG))

const TEAL = [0x0c, 0x54, 0x4c, 255]
const CARD = [0xff, 0xfd, 0xf8, 255]
const PAPER = [0xf3, 0xf0, 0xe7, 255]
const NOTHING = [0, 0, 0, 0]

interface Picture {
  readonly width: number
  readonly height: number
  /** Red, green, blue and opacity of a pixel. */
  at(x: number, y: number): readonly number[]
}

/** Read a PNG as its specification says, and nothing of it as the encoder happens to write it. */
function decodePng(bytes: Buffer): Picture {
  assert.equal(bytes.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n')
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at)
    assert.equal(bytes.readUInt32BE(end), crc32(bytes.subarray(at + 4, end)))
    chunks.set(bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, end))
    at = end + 4
  }
  assert.deepEqual([...chunks.keys()], ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'])
  const head = chunks.get('IHDR')!
  assert.deepEqual([...head.subarray(8)], [8, 3, 0, 0, 0])
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)]
  const rows = inflateSync(chunks.get('IDAT')!)
  assert.equal(rows.length, (width + 1) * height)
  const places = Buffer.alloc(width * height)
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (width + 1)]
    assert.ok(filter === 0 || filter === 2, 'a row stands alone or adds to the one above')
    for (let x = 0; x < width; x++) {
      const above = filter === 0 || y === 0 ? 0 : places[(y - 1) * width + x]!
      places[y * width + x] = rows[y * (width + 1) + 1 + x]! + above
    }
  }
  const at = (x: number, y: number) => {
    const place = places[y * width + x]!
    return [...chunks.get('PLTE')!.subarray(place * 3, place * 3 + 3), chunks.get('tRNS')![place]!]
  }
  return { width, height, at }
}

describe('a PNG', () => {
  test('is read again pixel by pixel, whatever its colours', () => {
    const pixels = Uint8Array.from({ length: 7 * 5 * 4 }, (_, i) => (i * 37) % 251)
    const { at } = decodePng(encodePng(7, 5, pixels))
    for (let i = 0; i < 35; i++) assert.deepEqual(at(i % 7, Math.floor(i / 7)), [...pixels.subarray(i * 4, i * 4 + 4)])
  })

  test('of one pixel, and of as many colours as there may be, is whole; one more is refused', () => {
    assert.deepEqual(decodePng(encodePng(1, 1, Uint8Array.of(1, 2, 3, 4))).at(0, 0), [1, 2, 3, 4])
    const shades = (count: number) => Uint8Array.from({ length: count * 4 }, (_, i) => (i % 4 === 0 ? (i / 4) % 256 : Math.floor(i / 1024)))
    assert.deepEqual(decodePng(encodePng(256, 1, shades(256))).at(255, 0), [255, 0, 0, 0])
    assert.throws(() => encodePng(257, 1, shades(257)), TypeError)
  })
})

describe('painting', () => {
  const square = { path: 'M1 1H3V3H1Z', colour: [255, 0, 0], scale: 1, x: 0, y: 0 } as const
  const read = (pixels: Uint8Array, width: number, x: number, y: number) => [
    ...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
  ]

  test('fills what lies inside, and leaves out what lies inside twice', () => {
    const pixels = paint(6, 6, null, [{ ...square, path: 'M0 0H6V6H0ZM2 2H4V4H2Z' }])
    assert.deepEqual(read(pixels, 6, 0, 0), [255, 0, 0, 255])
    assert.deepEqual(read(pixels, 6, 3, 3), NOTHING)
  })

  test('covers a pixel by as much of it as lies inside, over the ground or over nothing', () => {
    const shifted = { ...square, x: 0.4 }
    assert.deepEqual(read(paint(4, 4, null, [shifted]), 4, 1, 1), [255, 0, 0, 153])
    assert.deepEqual(read(paint(4, 4, [0, 0, 0], [shifted]), 4, 1, 1), [153, 0, 0, 255])
    assert.deepEqual(read(paint(4, 4, [0, 0, 0], [shifted]), 4, 3, 2), [102, 0, 0, 255])
  })

  test('follows a curve, and paints nothing beyond the edges', () => {
    const pixels = paint(8, 8, null, [{ ...square, path: 'M-9 -9H99Q99 8 4 8H-9Z' }])
    assert.equal(pixels[3], 255)
    const round = paint(8, 8, null, [{ ...square, path: 'M0 0Q8 0 8 8H0Z' }])
    assert.deepEqual(read(round, 8, 7, 0), NOTHING)
    assert.equal(read(round, 8, 5, 2)[3]! > 0, true)
  })
})

describe('the icons', () => {
  test('are of the sizes that they are asked for in', () => {
    const sizes = [...icons].filter(([file]) => file.endsWith('.png')).map(([file, bytes]) => [file, decodePng(bytes)] as const)
    assert.deepEqual(
      sizes.map(([file, { width, height }]) => [file, width, height]),
      [
        ['apple-touch-icon.png', 180, 180],
        ['icon-192.png', 192, 192],
        ['icon-512.png', 512, 512],
        ['icon-maskable-512.png', 512, 512],
        ['preview.png', 1200, 630],
      ],
    )
  })

  test('are the same bytes each time', () => {
    for (const [file, bytes] of drawIcons(readMark(SVG))) assert.ok(bytes.equals(icons.get(file)!), file)
  })

  test('show the strip that goes through the slit of a packet, and its tip behind', () => {
    const { at } = decodePng(icons.get('icon-512.png')!)
    // A point of the mark, in its own units.
    const spot = (x: number, y: number) =>
      at(Math.round(512 * 0.12 + (x * 512 * 0.76) / 32), Math.round(512 * 0.12 + (y * 512 * 0.76) / 32))
    assert.deepEqual(spot(19, 13), CARD, 'the strip')
    assert.deepEqual(spot(15, 15), CARD, 'the slit')
    assert.deepEqual(spot(19, 17), TEAL, 'below the slit')
    assert.deepEqual(spot(19, 20), CARD, 'the tip')
    assert.deepEqual(spot(10, 20), TEAL, 'the paper')
    assert.deepEqual(at(0, 0), TEAL)
  })

  test('may have their edge cut to a circle where they say so: nothing but ground lies beyond', () => {
    const { at } = decodePng(icons.get('icon-maskable-512.png')!)
    for (let y = 0; y < 512; y++) {
      for (let x = 0; x < 512; x++) {
        if ((x - 256) ** 2 + (y - 256) ** 2 > (0.4 * 512) ** 2) assert.deepEqual(at(x, y), TEAL, `${x}, ${y}`)
      }
    }
  })

  test('for old programs are two pictures in one file, sharp at both sizes', () => {
    const icon = icons.get('favicon.ico')!
    assert.deepEqual([...icon.subarray(0, 6)], [0, 0, 1, 0, 2, 0])
    for (const [i, side] of [16, 32].entries()) {
      const entry = icon.subarray(6 + 16 * i, 22 + 16 * i)
      const offset = entry.readUInt32LE(12)
      const { width, height, at } = decodePng(icon.subarray(offset, offset + entry.readUInt32LE(8)))
      assert.deepEqual([entry[0], entry[1], width, height], [side, side, side, side])
      const spot = (x: number, y: number) => at(Math.floor((x * side) / 32), Math.floor((y * side) / 32))
      assert.deepEqual([at(0, 0), spot(3, 13), spot(6, 20), spot(18, 12)], [NOTHING, TEAL, CARD, TEAL])
      if (side === 32) assert.equal(icon.length, offset + entry.readUInt32LE(8))
    }
  })

  test('show a name in a chat, and nothing of any secret', () => {
    const { at } = decodePng(icons.get('preview.png')!)
    assert.deepEqual(at(0, 0), PAPER)
    assert.deepEqual(at(475, 300), TEAL, 'the first letter')
    assert.deepEqual(at(1100, 300), PAPER, 'behind the last')
  })

  test('are drawn from the one mark, which is two paths', () => {
    assert.throws(() => readMark('<svg/>'), TypeError)
    assert.throws(() => readMark(`${SVG}<path d='M0 0'/>`), TypeError)
  })
})
