import type { Receipt } from '@letterlock/protocol'
import { Ask } from '../../ui/ask.tsx'
import { Button } from '../../ui/button.tsx'
import { Check } from '../../ui/check.tsx'
import { type Outcome, nameOutcome } from '../../ui/name-outcome.ts'
import { Note } from '../../ui/note.tsx'
import { say, sayCount } from '../../ui/say.ts'
import { Slip } from '../../ui/slip.tsx'
import { formatDistance, formatMoment } from '../../ui/times.ts'
import { countSoonSeconds, describeTouch, describeTries, findStep } from './describe-told.ts'
import type { ReceiptHost, ReceiptWords } from './receipt-host.ts'
import { type Telling, type Told, canDelete } from './told-state.ts'

/** What a sender can do about a receipt. */
export interface ToldHandlers {
  readonly check: () => void
  readonly delete: () => void
  readonly answer: (isYes: boolean) => void
  readonly tell: (isWished: boolean) => void
  readonly keep: (isWished: boolean) => void
}

interface ToldViewProps {
  readonly page: Told
  readonly on: ToldHandlers
  readonly host: Pick<ReceiptHost, 'words' | 'times' | 'describeFailure'>
}

/** What became of the secret, and what can be done about it. */
export function ToldView({ page, on, host }: ToldViewProps) {
  const { words, describeFailure } = host
  const outcome = nameOutcome(page.receipt)
  return (
    <>
      <Slip title={words.title[outcome]} isTorn={!canDelete(page.receipt)} stub={<Stub page={page} on={on} words={words} />}>
        <Steps outcome={outcome} words={words} />
        <p>{words.detail[outcome]}</p>
        <Warnings receipt={page.receipt} host={host} />
        <Facts page={page} host={host} />
        {page.trouble === null ? null : (
          <Note kind="bad">{page.trouble === 'too-late' ? words.tooLate : describeFailure(page.trouble)}</Note>
        )}
      </Slip>
      {page.doing === 'asking' ? (
        <Ask question={words.ask} detail={words.askDetail} yes={words.askYes} no={words.askNo} onAnswer={on.answer} />
      ) : null}
    </>
  )
}

/** The way of a secret, and how far it has come. It keeps its place whatever happens. */
function Steps({ outcome, words }: { readonly outcome: Outcome; readonly words: ReceiptWords }) {
  const current = findStep(outcome)
  if (current === null) return null
  return (
    <ol class="steps" role="list" aria-label={words.steps}>
      {[words.stepMade, words.stepClaimed, words.stepOpened].map((step, i) => (
        <li key={step} data-reached={i <= current ? '' : undefined} aria-current={i === current ? 'step' : undefined}>
          {step}
        </li>
      ))}
    </ol>
  )
}

/** What a sender should think about once somebody has opened it. */
function Warnings({ receipt, host: { words, times } }: { readonly receipt: Receipt; readonly host: ToldViewProps['host'] }) {
  if (receipt.claimedAt === null) return null
  const soonSeconds = countSoonSeconds(receipt)
  return (
    <>
      {soonSeconds === null ? null : <Note kind="warn">{sayCount(words.soon, soonSeconds, times.locale)}</Note>}
      <Note kind="warn">
        <strong>{words.notThem}</strong> {words.notThemDetail}
      </Note>
    </>
  )
}

function Facts({ page: { receipt, nowMs }, host: { words, times } }: Omit<ToldViewProps, 'on'>) {
  const isWaiting = receipt.state === 'sealed' || receipt.state === 'draft'
  const facts = [
    [words.made, receipt.createdAt],
    [words.runsOut, isWaiting ? receipt.expiresAt : null],
    [nameClaim(receipt, words), receipt.claimedAt],
    [words.ended, receipt.claimedAt === null ? receipt.endedAt : null],
  ] as const
  return (
    <dl class="facts">
      {facts.map(([name, atMs]) =>
        atMs === null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{say(words.when, { moment: formatMoment(atMs, times), distance: formatDistance(atMs, nowMs, times) })}</dd>
          </div>
        ),
      )}
      {receipt.attemptsLeft === null && receipt.attemptsFailed === 0 ? null : (
        <div>
          <dt>{words.tries}</dt>
          <dd>{describeTries(receipt, words, times.locale)}</dd>
        </div>
      )}
    </dl>
  )
}

/** What the moment of the claim was, as far as it is known. */
function nameClaim(receipt: Receipt, words: ReceiptWords): string {
  const outcome = nameOutcome(receipt)
  if (outcome === 'confirmed') return words.claimed
  return outcome === 'unconfirmed' ? words.title.unconfirmed : words.stepClaimed
}

interface StubProps extends Omit<ToldViewProps, 'host'> {
  readonly words: ReceiptWords
}

function Stub({ page, on, words }: StubProps) {
  const isBusy = page.doing === 'checking' || page.doing === 'deleting'
  const isOpen = canDelete(page.receipt)
  return (
    <>
      <div class="row">
        <Button label={page.doing === 'checking' ? words.refreshing : words.refresh} isBusy={isBusy} onPress={on.check} />
        {isOpen ? (
          <Button label={page.doing === 'deleting' ? words.deleting : words.delete} look="bad" isBusy={isBusy} onPress={on.delete} />
        ) : (
          <a class="button" href="./">
            {words.sendNew}
          </a>
        )}
      </div>
      {isOpen ? (
        <p class="touch" data-touch={page.touch}>
          {describeTouch(page.touch, words)}
        </p>
      ) : null}
      {isOpen && page.telling !== 'unable' ? <Tell telling={page.telling} on={on} words={words} /> : null}
      <Check id="keep-help" label={words.keep} help={words.keepHelp} isChecked={page.keeping === 'yes'} onCheck={on.keep} />
      {page.keeping === 'refused' ? <Note kind="bad">{words.keepRefused}</Note> : null}
    </>
  )
}

/** The one button becomes the other, so that the focus stays on it. */
function Tell({ telling, on, words }: { readonly telling: Exclude<Telling, 'unable'> } & Pick<StubProps, 'on' | 'words'>) {
  const isOn = telling === 'on'
  return (
    <div class="row">
      <Button label={isOn ? words.tellStop : words.tell} onPress={() => on.tell(!isOn)} />
      {telling === 'off' ? null : <p class="help">{isOn ? words.telling : words.tellRefused}</p>}
    </div>
  )
}
