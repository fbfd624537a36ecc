import { madeWords as words } from '../../languages/en.ts'
import { Ask } from '../../ui/ask.tsx'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { Slip } from '../../ui/slip.tsx'
import type { TimeStyle } from '../../ui/times.ts'
import { untranslated } from '../../ui/untranslated.ts'
import { describeEnd, describeTitle } from './describe-made.ts'
import { type Made, type MadePin, findRisks } from './made-state.ts'
import { ManyLinks } from './many-links.tsx'
import { OneLink } from './one-link.tsx'
import type { DrawQr } from './qr-code.tsx'
import { Receipts } from './receipts-stub.tsx'
import { Sheets } from './sheets.tsx'

/** What a sender can do with links that are ready. */
export interface MadeHandlers {
  readonly copyLink: (index: number) => void
  readonly copyInstructions: () => void
  readonly copyReceipt: () => void
  readonly copyPin: () => void
  readonly copyList: () => void
  readonly share: () => void
  readonly mail: () => void
  readonly save: () => void
  readonly showQr: (isShown: boolean) => void
  readonly print: () => void
  readonly name: (index: number, name: string) => void
  /** A name is as it shall be. */
  readonly named: () => void
  readonly keep: (isChosen: boolean) => void
  readonly startOver: () => void
  readonly answer: (isYes: boolean) => void
}

export interface MadeProps {
  readonly made: Made
  readonly on: MadeHandlers
  readonly times: TimeStyle
  readonly canShare: boolean
  /** Draws a link as a QR code, once that has been loaded. */
  readonly drawQr: DrawQr | undefined
}

/** The links, the largest things on the page; and apart from them, the sender's own. */
export function MadeView(props: MadeProps) {
  const { made, on, times, drawQr } = props
  return (
    <>
      <Slip title={describeTitle(made, times.locale)} stub={<Receipts made={made} on={on} />}>
        {made.links.length === 1 ? <OneLink {...props} /> : <ManyLinks {...props} />}
        <Once made={made} times={times} />
      </Slip>
      {made.pin === null ? null : <Pin pin={made.pin} made={made} on={on} />}
      <div class="row">
        <Button label={words.another} onPress={on.startOver} />
      </div>
      {made.isAsking ? <Leaving made={made} on={on} /> : null}
      <Sheets made={made} times={times} drawQr={drawQr} />
    </>
  )
}

/** What a sender must know before the link is sent. */
function Once({ made, times }: Pick<MadeProps, 'made' | 'times'>) {
  return (
    <>
      <Note kind="warn">
        <strong>{words.once}</strong> {words.onceDetail}
      </Note>
      <div class="after">
        <p class="help">{describeEnd(made, times)}</p>
        <a href="s#preview" target="_blank" rel="noopener">
          {words.preview}
        </a>
      </div>
    </>
  )
}

/** The PIN on a slip of its own, as it is to travel. */
function Pin({ pin, made, on }: Pick<MadeProps, 'made' | 'on'> & { readonly pin: MadePin }) {
  return (
    <section class="made-pin" aria-labelledby="pin-title">
      <h2 id="pin-title">{words.pinTitle}</h2>
      <p class="help">{made.links.length === 1 ? words.pinTell : words.pinTellMany}</p>
      <div class="row">
        <output id="made-pin" class="notranslate" {...untranslated} dir="auto" aria-labelledby="pin-title">
          {pin.text}
        </output>
        <Button label={made.last === 'pin' ? words.copied : words.copyPin} onPress={on.copyPin} />
      </div>
    </section>
  )
}

function Leaving({ made, on }: Pick<MadeProps, 'made' | 'on'>) {
  const risks = findRisks(made)
  const isMany = made.links.length > 1
  const detail = [risks.links ? (isMany ? words.askManyDetail : words.askDetail) : '', risks.pin ? words.askPinDetail : '']
  return (
    <Ask
      question={isMany ? words.askMany : words.ask}
      detail={detail.join(' ').trim()}
      yes={words.askYes}
      no={words.askNo}
      onAnswer={on.answer}
    />
  )
}
