const SIDE = 32
const TEAL = [0x4c, 0x54, 0x0c] as const
const CARD = [0xf8, 0xfd, 0xff] as const

/** Points sampled along each side of a pixel. */
const SAMPLES = 4

/**
 * Draw the slip as a Windows icon of one 32-bit bitmap, for browsers and programs that ask
 * for `/favicon.ico`. Made by arithmetic alone, so that it is the same bytes everywhere.
 */
export function drawFavicon(): Uint8Array {
  const maskBytes = (SIDE * SIDE) / 8
  const pixelsBytes = SIDE * SIDE * 4
  const icon = new Uint8Array(22 + 40 + pixelsBytes + maskBytes)
  const view = new DataView(icon.buffer)
  view.setUint16(2, 1, true)
  view.setUint16(4, 1, true)
  icon.set([SIDE, SIDE, 0, 0, 1, 0, 32, 0], 6)
  view.setUint32(14, icon.length - 22, true)
  view.setUint32(18, 22, true)
  view.setUint32(22, 40, true)
  view.setInt32(26, SIDE, true)
  // The height counts the colours and the mask below them.
  view.setInt32(30, SIDE * 2, true)
  view.setUint16(34, 1, true)
  view.setUint16(36, 32, true)
  view.setUint32(42, pixelsBytes, true)
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) icon.set(drawPixel(x, y), 62 + ((SIDE - 1 - y) * SIDE + x) * 4)
  }
  return icon
}

/** One pixel in blue, green, red and opacity: the average of its samples. */
function drawPixel(x: number, y: number): readonly [number, number, number, number] {
  let teal = 0
  let card = 0
  for (let i = 0; i < SAMPLES * SAMPLES; i++) {
    const px = x + ((i % SAMPLES) + 0.5) / SAMPLES
    const py = y + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES
    if (!isInSlip(px, py, 0)) continue
    if (isInSlip(px, py, 3) && !isInPerforation(px, py)) card++
    else teal++
  }
  const all = teal + card
  if (all === 0) return [0, 0, 0, 0]
  const mix = (i: 0 | 1 | 2) => Math.round((TEAL[i] * teal + CARD[i] * card) / all)
  return [mix(0), mix(1), mix(2), Math.round((255 * all) / (SAMPLES * SAMPLES))]
}

/** Whether a point lies in the slip, drawn in by `inset` pixels: a sheet with a bite on either side. */
function isInSlip(x: number, y: number, inset: number): boolean {
  const isInSheet = x > 3 + inset && x < 29 - inset && y > 2 + inset && y < 30 - inset
  const bite = 3.5 + inset
  const isBitten = (y - 16) ** 2 + Math.min((x - 3) ** 2, (x - 29) ** 2) < bite ** 2
  return isInSheet && !isBitten
}

function isInPerforation(x: number, y: number): boolean {
  return y > 15 && y < 17 && [11, 15, 19].some((from) => x > from && x < from + 2)
}
