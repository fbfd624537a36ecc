// What / loads while a secret is being written: it shows its link, and what can be done with
// it. A bundle of its own: what it shares with the page, it is handed.
import type { ComponentChild } from 'preact'
import { madeWords as words } from '../../languages/en.ts'
import { adoptStyle } from '../../ui/adopt-style.ts'
import { announceMade } from './describe-made.ts'
import { renameKept, keepReceipts } from './keep-receipts.ts'
import { type MadeHost, createDesk } from './made-desk.ts'
import { handleMade } from './made-handlers.ts'
import type { Made } from './made-state.ts'
import style from './made.css'
import { MadeView } from './made-view.tsx'

/** What the part says. */
export const sections = { made: words }

export interface MadePart {
  /** Links have just been made, or this part has come to them. */
  begin(): void
  draw(made: Made): ComponentChild
  announce(made: Made): string
  /** The page is about to forget the links: a name may be half typed. */
  leave(): void
}

/** Bring what shows links to life. */
export function bringMade(host: MadeHost): MadePart {
  const desk = createDesk(host)
  const on = handleMade(desk)
  const canShare = 'share' in navigator
  adoptStyle(style)
  return {
    begin: () => desk.withMade((made) => desk.send({ type: 'keeping', keeping: keepReceipts(made) })),
    draw(made) {
      const drawQr = made.qr === 'ready' ? desk.findQr()?.drawQr : undefined
      return <MadeView made={made} on={on} times={host.times} canShare={canShare} drawQr={drawQr} />
    },
    announce: (made) => announceMade(made, host.times.locale),
    leave: () => desk.withMade(renameKept),
  }
}
