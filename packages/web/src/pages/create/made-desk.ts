import { copyText } from '../../ui/copy-text.ts'
import type { Screen } from '../../ui/mount-screen.ts'
import type { TimeStyle } from '../../ui/times.ts'
import { type Last, type Made, type MadeEvent, reduceMade } from './made-state.ts'
import type { CreateEvent, CreatePage } from './state.ts'

export type QrPart = typeof import('./qr-part.ts')

/** What the page hands to the part that shows links. */
export interface MadeHost {
  readonly times: TimeStyle
  readonly screen: Screen<CreatePage, CreateEvent>
  readonly loadQr: () => Promise<QrPart>
}

/** What can be done with links that are ready, all of it seen on the page. */
export interface MadeDesk extends MadeHost {
  /** Do something with the links, if they are still there. */
  readonly withMade: (act: (made: Made) => unknown) => void
  readonly send: (event: MadeEvent) => void
  /** @param select - marks what was to be copied, so that the sender can do it by hand. */
  readonly copy: (text: string, last: Exclude<Last, null>, select?: () => void) => Promise<void>
  readonly share: (title: string, text: string) => Promise<void>
  /** Load what draws QR codes, if it is not there. */
  readonly bringQr: () => Promise<void>
  /** What draws QR codes, once it is there. */
  readonly findQr: () => QrPart | null
}

export function createDesk(host: MadeHost): MadeDesk {
  let qrPart: QrPart | null = null
  const withMade = (act: (made: Made) => unknown): void => {
    const page = host.screen.state()
    if (page.at === 'ready') act(page.made)
  }
  const send = (event: MadeEvent): void => withMade((made) => host.screen.send({ type: 'made', made: reduceMade(made, event) }))
  return {
    ...host,
    withMade,
    send,
    // In two steps, so that a screen reader is told again what has not changed.
    async copy(text, last, select) {
      send({ type: 'did', last: 'asking' })
      const wasCopied = await copyText(text)
      send({ type: 'did', last: wasCopied ? last : 'refused' })
      if (!wasCopied) select?.()
    },
    async share(title, text) {
      send({ type: 'did', last: 'asking' })
      try {
        await navigator.share({ title, text })
        send({ type: 'kept' })
      } catch (error) {
        if ((error as Error).name !== 'AbortError') send({ type: 'did', last: 'share-refused' })
      }
    },
    async bringQr() {
      if (qrPart === null) send({ type: 'qr', qr: 'loading' })
      try {
        qrPart ??= await host.loadQr()
        send({ type: 'qr', qr: 'ready' })
      } catch {
        send({ type: 'qr', qr: 'unavailable' })
      }
    },
    findQr: () => qrPart,
  }
}
