import { receiptWords as words } from '../../languages/en.ts'
import { Ask } from '../../ui/ask.tsx'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { PasteLink } from '../../ui/paste-link.tsx'
import { describeFailure } from '../../ui/describe-failure.ts'
import { say } from '../../ui/say.ts'
import { Slip } from '../../ui/slip.tsx'
import { type TimeStyle, formatDistance, formatMoment } from '../../ui/times.ts'
import { describeTries, nameOutcome } from './describe.ts'
import { type ReceiptPage, type Told, canDelete } from './state.ts'

/** What a sender can do on this page. */
export interface ReceiptHandlers {
  readonly check: () => void
  readonly delete: () => void
  readonly answer: (isYes: boolean) => void
  readonly paste: (text: string) => void
}

interface ReceiptViewProps {
  readonly page: ReceiptPage
  readonly on: ReceiptHandlers
  readonly times: TimeStyle
}

export function ReceiptView({ page, on, times }: ReceiptViewProps) {
  switch (page.at) {
    case 'checking':
      return (
        <Slip title={words.checking} stub={<Button label={words.refreshing} isBusy />}>
          <p>{words.checkingDetail}</p>
        </Slip>
      )
    case 'told':
      return <Outcome page={page} on={on} times={times} />
    case 'damaged':
      return (
        <Slip
          title={words.damaged}
          stub={
            <PasteLink label={words.paste} button={words.useLink} problem={page.wasPasted ? words.stillDamaged : null} onPaste={on.paste} />
          }
        >
          <p>{words.damagedDetail}</p>
        </Slip>
      )
    case 'failed':
      return (
        <Slip title={words.failed} stub={<Button label={words.retry} look="main" isWide onPress={on.check} />}>
          <p>{describeFailure(page.failure)}</p>
          <p>{words.failedDetail}</p>
        </Slip>
      )
    case 'newer':
    case 'unknown':
      return (
        <Slip title={words[page.at]} stub={<SendNew />}>
          <p>{page.at === 'newer' ? words.newerDetail : words.unknownDetail}</p>
        </Slip>
      )
  }
}

interface OutcomeProps extends ReceiptViewProps {
  readonly page: Told
}

function Outcome({ page, on, times }: OutcomeProps) {
  const outcome = nameOutcome(page.receipt)
  const wasOpened = outcome === 'confirmed' || outcome === 'unconfirmed' || outcome === 'claimed'
  return (
    <>
      <Slip title={words.title[outcome]} isTorn={!canDelete(page.receipt)} stub={<Actions page={page} on={on} />}>
        <p>{words.detail[outcome]}</p>
        <Facts page={page} times={times} />
        {wasOpened ? (
          <Note kind="warn">
            <strong>{words.notThem}</strong> {words.notThemDetail}
          </Note>
        ) : null}
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

function Facts({ page: { receipt, nowMs }, times }: { readonly page: Told; readonly times: TimeStyle }) {
  const isWaiting = receipt.state === 'sealed' || receipt.state === 'draft'
  const facts = [
    [words.made, receipt.createdAt],
    [words.runsOut, isWaiting ? receipt.expiresAt : null],
    [words.claimed, receipt.claimedAt],
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
          <dd>{describeTries(receipt, times.locale)}</dd>
        </div>
      )}
    </dl>
  )
}

function Actions({ page, on }: { readonly page: Told; readonly on: ReceiptHandlers }) {
  const isBusy = page.doing === 'checking' || page.doing === 'deleting'
  return (
    <div class="row">
      {canDelete(page.receipt) ? (
        <>
          <Button label={page.doing === 'checking' ? words.refreshing : words.refresh} look="main" isBusy={isBusy} onPress={on.check} />
          <Button label={page.doing === 'deleting' ? words.deleting : words.delete} look="bad" isBusy={isBusy} onPress={on.delete} />
        </>
      ) : (
        <>
          <a class="button" href="./">
            {words.sendNew}
          </a>
          <Button label={page.doing === 'checking' ? words.refreshing : words.refresh} isBusy={isBusy} onPress={on.check} />
        </>
      )}
    </div>
  )
}

function SendNew() {
  return (
    <div class="row">
      <a class="button" href="./">
        {words.sendNew}
      </a>
    </div>
  )
}
