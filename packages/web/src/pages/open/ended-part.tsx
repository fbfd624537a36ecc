// What /s loads only when there is nothing to show, or nothing that can be read at once: it
// searches for the link, or says why there is none, and what to do now.
import { findToken, diagnoseToken, formatLinkToken, formatReceiptToken } from '@letterlock/protocol'
import { endedWords as words } from '../../languages/en.ts'
import { adoptStyle } from '../../ui/adopt-style.ts'
import { copyText } from '../../ui/copy-text.ts'
import { findTokenText } from '../../ui/find-base.ts'
import { announceEnded, describeAsk } from './describe-ended.ts'
import { type Ended, type Ending, reduceAsked } from './ended-state.ts'
import { type EndedHandlers, EndedView } from './ended-view.tsx'
import style from './ended.css'
import type { OpenHost, Presented } from './open-host.ts'

/** What the part says. */
export const sections = { ended: words }

export type EndedPart = ReturnType<typeof bring>

/** Bring what says why to life. */
export function bring({ base, screen, times, takeLink, resume, retry }: OpenHost) {
  const end = (ending: Ending) => void screen.send({ type: 'ended', page: { ...ending, asked: 'not' } })

  /** Take a link to where it belongs. Nothing is claimed on the way. */
  const take = async (text: string, wasChanged: boolean, wasPasted: boolean): Promise<void> => {
    const token = await findToken(text, 'link')
    switch (token?.kind) {
      case 'link':
        return takeLink({ key: token.linkKey, text: await formatLinkToken(token.linkKey), wasChanged })
      case 'receipt':
        return location.replace(`${base}receipt#${await formatReceiptToken(token.id, token.receiptKey)}`)
      case 'fill':
      case 'request':
        return end({ at: 'newer' })
      case undefined:
        return end({ at: 'damaged', why: diagnoseToken(text), wasPasted })
    }
  }

  const ask = async (): Promise<void> => {
    const page = screen.state()
    if (!('asked' in page)) return
    const wasCopied = await copyText(describeAsk(page) ?? '')
    screen.send({ type: 'ended', page: reduceAsked(page, wasCopied) })
  }

  const on: EndedHandlers = {
    retry,
    paste: (text) => void take(text, false, true),
    ask: () => void ask(),
  }
  adoptStyle(style)

  return {
    end,
    /** Search the address for a token that does not stand where it should, or that is another page's. */
    async search(): Promise<void> {
      const found = findTokenText(location.href)
      return found === null ? resume() : take(found.text, found.wasChanged, false)
    },
    present: (page: Ended): Presented => ({ view: <EndedView page={page} on={on} times={times} />, said: announceEnded(page) }),
  }
}
