import { madeWords as words } from '../../languages/en.ts'
import { untranslated } from '../../ui/untranslated.ts'
import { Ask } from '../../ui/ask.tsx'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { say } from '../../ui/say.ts'
import { Slip } from '../../ui/slip.tsx'
import { type TimeStyle, formatDistance, formatMoment } from '../../ui/times.ts'
import type { CreatePage } from './state.ts'
import type { CreateHandlers } from './view.tsx'

interface ReadyLinkProps {
  readonly page: Extract<CreatePage, { at: 'ready' }>
  readonly on: CreateHandlers
  readonly times: TimeStyle
}

/** The link, the largest thing on the page; and apart from it, the sender's own. */
export function ReadyLink({ page: { made, copied, isAsking }, on, times }: ReadyLinkProps) {
  return (
    <>
      <Slip title={words.title} stub={<OwnLink link={made.receiptLink} isCopied={copied === 'receipt'} on={on} />}>
        <div class="field">
          <label for="made">{words.link}</label>
          <textarea
            id="made"
            class="link notranslate"
            {...untranslated}
            dir="ltr"
            rows={3}
            readOnly
            autocomplete="off"
            spellcheck={false}
            value={made.link}
            onFocus={(event) => event.currentTarget.select()}
          />
        </div>
        <Button label={copied === 'link' ? words.copied : words.copy} look="main" isWide onPress={() => on.copy('link')} />
        <Button label={copied === 'instructions' ? words.copied : words.copyInstructions} isWide onPress={() => on.copy('instructions')} />
        {copied === 'refused' ? <Note kind="bad">{words.copyRefused}</Note> : null}
        <Note kind="warn">{words.once}</Note>
        <p class="help">
          {say(words.runsOut, {
            moment: formatMoment(made.expiresAtMs, times),
            distance: formatDistance(made.expiresAtMs, made.nowMs, times),
          })}
        </p>
      </Slip>
      {made.pin === null ? null : <MadePin pin={made.pin} isCopied={copied === 'pin'} on={on} />}
      <div class="row">
        <Button label={words.another} onPress={on.startOver} />
      </div>
      {isAsking ? <Ask question={words.ask} detail={words.askDetail} yes={words.askYes} no={words.askNo} onAnswer={on.answer} /> : null}
    </>
  )
}

interface MadePinProps {
  readonly pin: string
  readonly isCopied: boolean
  readonly on: CreateHandlers
}

/** The PIN on a slip of its own, as it is to travel. */
function MadePin({ pin, isCopied, on }: MadePinProps) {
  return (
    <section class="made-pin" aria-labelledby="pin-title">
      <h2 id="pin-title">{words.pinTitle}</h2>
      <p class="help">{words.pinTell}</p>
      <div class="row">
        <output class="notranslate" {...untranslated} dir="auto" aria-labelledby="pin-title">
          {pin}
        </output>
        <Button label={isCopied ? words.copied : words.copyPin} onPress={() => on.copy('pin')} />
      </div>
    </section>
  )
}

interface OwnLinkProps {
  readonly link: string
  readonly isCopied: boolean
  readonly on: CreateHandlers
}

function OwnLink({ link, isCopied, on }: OwnLinkProps) {
  return (
    <div class="own">
      <h2>{words.receiptTitle}</h2>
      <p class="help">{words.receiptHelp}</p>
      <div class="row">
        <a href={link}>{words.receipt}</a>
        <Button label={isCopied ? words.copied : words.copyReceipt} onPress={() => on.copy('receipt')} />
      </div>
    </div>
  )
}
