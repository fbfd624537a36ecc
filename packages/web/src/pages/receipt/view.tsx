import type { ComponentChild } from 'preact'
import { receiptWords as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { describeQuestionFailure } from '../../ui/describe-question-failure.ts'
import { PasteLink } from '../../ui/paste-link.tsx'
import { Slip } from '../../ui/slip.tsx'
import type { PlainReceiptPage, ReceiptPage } from './state.ts'

/** What a sender can do before the receipt is told. */
export interface ReceiptHandlers {
  readonly check: () => void
  readonly paste: (text: string) => void
}

interface ReceiptViewProps {
  readonly page: ReceiptPage
  readonly on: ReceiptHandlers
  /** What the part that tells has drawn. */
  readonly told?: ComponentChild
}

/** It says before anything else that it is a receipt, so that nobody takes it for the secret's own page. */
export function ReceiptView({ page, on, told }: ReceiptViewProps) {
  return (
    <>
      <p class="receipt-mark">{words.mark}</p>
      {page.at === 'told' ? told : <Plain page={page} on={on} />}
    </>
  )
}

function Plain({ page, on }: { readonly page: PlainReceiptPage; readonly on: ReceiptHandlers }) {
  switch (page.at) {
    case 'checking':
      // What can be done is not known yet: a stub that stood here would be pushed away by what is told.
      return (
        <Slip title={words.checking}>
          <p>{words.checkingDetail}</p>
        </Slip>
      )
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
          <p>{describeQuestionFailure(page.failure)}</p>
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

function SendNew() {
  return (
    <div class="row">
      <a class="button" href="./">
        {words.sendNew}
      </a>
    </div>
  )
}
