import { constants, crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const COLOURS_MAX = 256

/** A row is written as what differs from the row above: in flat pictures that is nothing. */
const UP = 2

/**
 * Write a picture of at most {@link COLOURS_MAX} colours as PNG, with a palette.
 *
 * The compressor looks for repeats of the last byte only: what it finds elsewhere depends on
 * the processor, and the same sources are to give the same bytes. Rows that say nothing new
 * need no more.
 *
 * @param pixels - red, green, blue and opacity of each, row by row.
 */
export function encodePng(width: number, height: number, pixels: Uint8Array): Buffer {
  const { palette, indices } = gatherColours(pixels)
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++) {
    rows[y * (width + 1)] = UP
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      rows[y * (width + 1) + 1 + x] = (indices[at] as number) - (y === 0 ? 0 : (indices[at - width] as number))
    }
  }
  // struct {
  //   uint32 width, height;
  //   uint8 depth, kind;                       // 8 bits that point into a palette
  //   uint8 compression, filters, interlaced;  // there is but one of each
  // } Head;                                    // PNG §11.2.1
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3], 8)
  return Buffer.concat([
    SIGNATURE,
    encodeChunk('IHDR', head),
    encodeChunk('PLTE', Buffer.from(palette.flatMap(([red, green, blue]) => [red, green, blue]))),
    encodeChunk('tRNS', Buffer.from(palette.map(([, , , opacity]) => opacity))),
    encodeChunk('IDAT', deflateSync(rows, { level: 9, strategy: constants.Z_RLE })),
    encodeChunk('IEND', Buffer.alloc(0)),
  ])
}

type Rgba = readonly [red: number, green: number, blue: number, opacity: number]

/** The colours of a picture in the order in which they come, and the place of each pixel's among them. */
function gatherColours(pixels: Uint8Array): { readonly palette: readonly Rgba[]; readonly indices: Uint8Array } {
  const places = new Map<number, number>()
  const palette: Rgba[] = []
  const indices = new Uint8Array(pixels.length / 4)
  for (let i = 0; i < indices.length; i++) {
    const [red = 0, green = 0, blue = 0, opacity = 0] = pixels.subarray(i * 4, i * 4 + 4)
    const colour = ((red * 256 + green) * 256 + blue) * 256 + opacity
    const place = places.get(colour) ?? palette.push([red, green, blue, opacity]) - 1
    places.set(colour, place)
    indices[i] = place
  }
  if (palette.length > COLOURS_MAX) throw new TypeError(`a picture has ${palette.length} colours, and may have ${COLOURS_MAX}`)
  return { palette, indices }
}

/** A chunk: its length, its name, what it holds, and a check of the latter two. */
function encodeChunk(name: string, content: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + content.length)
  chunk.writeUInt32BE(content.length, 0)
  chunk.write(name, 4, 'latin1')
  chunk.set(content, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + content.length)), 8 + content.length)
  return chunk
}
