// What / loads when somebody wants to see a link as a QR code, or to print it.
import { correction, generate } from 'lean-qr/nano'

/** The part says nothing by itself. */
export const sections = {}

/** Modules of white around the code, as ISO/IEC 18004 asks: without them, it is not found on a dark page. */
export const QUIET_MODULES = 4

/** Pixels along each side of a module: enough for paper. */
const MODULE_PIXELS = 8

/** Draw a text as a QR code that bears the loss of a seventh of it. It is black on white on every page. */
export function drawQr(canvas: HTMLCanvasElement, text: string): void {
  const code = generate(text, { minCorrectionLevel: correction.M })
  const side = (code.size + 2 * QUIET_MODULES) * MODULE_PIXELS
  canvas.width = side
  canvas.height = side
  const context = canvas.getContext('2d')
  if (context === null) return
  context.fillStyle = '#fff'
  context.fillRect(0, 0, side, side)
  context.fillStyle = '#000'
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      if (code.get(x, y))
        context.fillRect((x + QUIET_MODULES) * MODULE_PIXELS, (y + QUIET_MODULES) * MODULE_PIXELS, MODULE_PIXELS, MODULE_PIXELS)
    }
  }
}
