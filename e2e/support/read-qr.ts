import jsqr from 'jsqr'
import type { Locator } from 'playwright-core'

/** A decoder that knows nothing of what drew the code. */
const decode = jsqr.default

/** Read a QR code as a camera would: from a picture of what stands on the page. */
export async function readQr(code: Locator): Promise<string | null> {
  const picture = await code.screenshot()
  const tab = await code.page().context().newPage()
  const { pixels, width, height } = await tab.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d') as OffscreenCanvasRenderingContext2D
    context.drawImage(image, 0, 0)
    const { data, width, height } = context.getImageData(0, 0, image.width, image.height)
    // As text, which comes over much faster than numbers.
    const rows = Array.from({ length: height }, (_, y) => String.fromCharCode(...data.subarray(y * width * 4, (y + 1) * width * 4)))
    return { pixels: btoa(rows.join('')), width, height }
  }, picture.toString('base64'))
  await tab.close()
  return decode(new Uint8ClampedArray(Buffer.from(pixels, 'base64')), width, height, { inversionAttempts: 'dontInvert' })?.data ?? null
}
