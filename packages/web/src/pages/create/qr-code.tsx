import { madeWords as words } from '../../languages/en.ts'

/** Draws a text as a QR code. */
export type DrawQr = (canvas: HTMLCanvasElement, text: string) => void

/** A link as a QR code. */
export function QrCode({ link, drawQr }: { readonly link: string; readonly drawQr: DrawQr }) {
  const draw = (canvas: HTMLCanvasElement | null) => {
    if (canvas !== null) drawQr(canvas, link)
  }
  return <canvas role="img" aria-label={words.qrLabel} ref={draw} />
}
