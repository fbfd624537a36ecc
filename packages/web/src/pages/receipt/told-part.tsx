// What /receipt loads while it asks for the first time: it tells what became of the secret, and
// keeps in touch with it.
import { burnSecret, followReceipt, readReceipt } from '@letterlock/client'
import { type Receipt, hasEnded } from '@letterlock/protocol'
import { nameFailure } from '../../ui/connect.ts'
import { forgetReceipt, keepReceipt, listReceipts } from '../../ui/receipt-list.ts'
import { wait } from '../../ui/wait.ts'
import { announceTold, isOutOfReach } from './describe-told.ts'
import type { Presented, ReceiptHost } from './receipt-host.ts'
import { askToTell, canTell, tell } from './tell.ts'
import { type Told, type ToldEvent, beginTold, reduceTold } from './told-state.ts'
import { type ToldHandlers, ToldView } from './told-view.tsx'
import { type Watch, watchReceipt } from './watch-receipt.ts'

/** The page's words are handed to the part. */
export const sections = {}

/** How often the distances of times are drawn anew, in ms. */
const TICK_MS = 60_000

export type ToldPart = ReturnType<typeof bring>

/** What the helpers below share. */
interface Deps extends ReceiptHost {
  /** The page, if it is still told. */
  readonly find: () => Told | null
  readonly send: (event: ToldEvent) => Told | null
}

/** Bring the receipt to life: told once, and then watched. */
export function bring(host: ReceiptHost) {
  const find = () => {
    const page = host.screen.state()
    return page.at === 'told' ? page : null
  }
  const send = (event: ToldEvent) => {
    const page = find()
    if (page !== null) host.screen.send({ type: 'told', page: reduceTold(page, event) })
    return find()
  }
  const deps = { ...host, find, send }
  const { watch, attend, countHearings } = makeWatch(deps)
  const on = makeHandlers(deps, watch, attend, countHearings)
  const kept = makeKeeping(deps)

  return {
    begin(receipt: Receipt): void {
      const device = { telling: canTell() ? 'off' : 'unable', keeping: kept.isKept() ? 'yes' : 'no' } as const
      host.screen.send({ type: 'told', page: beginTold(receipt, Date.now(), device) })
      addEventListener('pagehide', watch.stop)
      addEventListener('online', watch.hurry)
      addEventListener('storage', kept.look)
      document.addEventListener('visibilitychange', attend)
      setInterval(() => send({ type: 'ticked', nowMs: Date.now() }), TICK_MS)
      attend()
    },
    present: (page: Told): Presented => ({
      view: <ToldView page={page} on={{ ...on, keep: kept.choose }} host={host} />,
      said: announceTold(page, host),
    }),
  }
}

/** Watch while somebody looks, or wants to be told; look away otherwise. */
function makeWatch({ server, held, screen, times, words, find, send }: Deps) {
  /** How often something was heard: an answer that was asked for before may be older than that. */
  let hearings = 0
  const attend = () => {
    const page = send({ type: 'ticked', nowMs: Date.now() })
    const isWanted = page !== null && !hasEnded(page.receipt) && (!document.hidden || page.telling === 'on')
    if (isWanted) watch.start()
    else watch.stop()
  }
  const watch = watchReceipt({
    follow: (options) => followReceipt(server, held.id, held.receiptKey, options),
    read: () => readReceipt(server, held.id, held.receiptKey),
    wait,
    nowMs: Date.now,
    random: Math.random,
    onReceipt(receipt) {
      const before = find()
      hearings++
      leaveFocus(() => send({ type: 'heard', receipt, nowMs: Date.now() }))
      if (before === null || hasEnded(before.receipt) || !hasEnded(receipt)) return
      if (before.telling === 'on' && document.hidden && !tell(words.toldTitle, words.toldBody, times.locale))
        send({ type: 'telling', telling: 'refused' })
      attend()
    },
    onUnknown: () => leaveFocus(() => screen.send({ type: 'ended', page: { at: 'unknown' } })),
    onTouch: (touch) => send({ type: 'touched', touch }),
  })
  return { watch, attend, countHearings: () => hearings }
}

function makeHandlers(
  { server, held, screen, find, send }: Deps,
  watch: Watch,
  attend: () => void,
  countHearings: () => number,
): Omit<ToldHandlers, 'keep'> {
  const read = async () => {
    const hearings = countHearings()
    const receipt = await readReceipt(server, held.id, held.receiptKey)
    const page = find()
    if (receipt === null) screen.send({ type: 'ended', page: { at: 'unknown' } })
    else if (page !== null) {
      const isOlder = hearings !== countHearings()
      send({ type: 'told', receipt: isOlder ? page.receipt : receipt, nowMs: Date.now() })
    }
    attend()
  }
  /** Burn, then ask what became of it: the receipt has the last word. */
  const burn = async () => {
    const burned = await burnSecret(server, held.id, held.receiptKey)
    if (burned.outcome === 'gone') send({ type: 'too-late' })
    await read()
  }
  const attempt = (act: () => Promise<void>) => void act().catch((error) => send({ type: 'failed', failure: nameFailure(error) }))
  return {
    check() {
      const page = send({ type: 'checking' })
      if (page !== null && isOutOfReach(page.touch)) watch.hurry()
      attempt(read)
    },
    delete: () => void send({ type: 'deleting' }),
    answer(isYes) {
      if (send({ type: 'answered', isYes })?.doing === 'deleting') attempt(burn)
    },
    tell(isWished) {
      if (!isWished) send({ type: 'telling', telling: 'off' })
      else void askToTell().then((isGranted) => send({ type: 'telling', telling: isGranted ? 'on' : 'refused' }))
    },
  }
}

function makeKeeping({ held, find, send }: Deps) {
  /** What the receipt is called on this device, even while it is not kept. */
  let name = ''
  const isKept = () => {
    const kept = listReceipts().find(({ token }) => token === held.text)
    name = kept?.name ?? name
    return kept !== undefined
  }
  /** Another tab may keep or forget the receipt, too. */
  const look = () => {
    const page = find()
    if (page !== null && isKept() !== (page.keeping === 'yes')) send({ type: 'keeping', keeping: isKept() ? 'yes' : 'no' })
  }
  const choose = (isWished: boolean) => {
    const page = find()
    if (page === null) return
    const { createdAt: createdAtMs, expiresAt: expiresAtMs } = page.receipt
    if (!isWished) forgetReceipt(held.text)
    const wasKept = isWished && keepReceipt({ token: held.text, name, createdAtMs, expiresAtMs })
    send({ type: 'keeping', keeping: wasKept ? 'yes' : isWished ? 'refused' : 'no' })
  }
  return { isKept, look, choose }
}

/** What changes by itself leaves the focus alone, unless what had it is gone. */
function leaveFocus(change: () => void): void {
  const hadFocus = document.activeElement !== document.body
  change()
  if (hadFocus && document.activeElement === document.body) document.querySelector('h1')?.focus()
}
