import { madeWords as words } from '../../languages/en.ts'
import { saveAsFile } from '../../ui/save-as-file.ts'
import { describeInstructions, describeList, describeTable } from './describe-made.ts'
import { chooseKept, renameKept } from './keep-receipts.ts'
import type { MadeDesk } from './made-desk.ts'
import { type MadeLink, findRisks } from './made-state.ts'
import type { MadeHandlers } from './made-view.tsx'

/** The QR code is waited for so long before a sheet is printed without it, in ms. */
const QR_MS_MAX = 4_000

/** Within this time after a press, Chromium asks whether to leave the page for the mail program, in ms. */
const MAIL_MS = 1_000

/** What follows what a sender does with links that are ready. */
export function handleMade({ withMade, send, copy, share, bringQr, screen, times }: MadeDesk): MadeHandlers {
  const withInstructions = (act: (text: string) => unknown): void =>
    withMade((made) => {
      const [link] = made.links
      if (link !== undefined) act(describeInstructions(made, link, times))
    })
  const withLink = (index: number, act: (link: MadeLink) => unknown): void =>
    withMade(({ links }) => {
      const link = links[index]
      if (link !== undefined) act(link)
    })
  return {
    copyLink: (index) => withLink(index, ({ link }) => copy(link, { link: index }, () => selectField(`made-${index}`))),
    copyInstructions: () => withInstructions((text) => copy(text, 'instructions', () => selectField('made-0'))),
    copyReceipt: () => withLink(0, ({ receiptLink }) => copy(receiptLink, 'receipt')),
    copyPin: () => withMade(({ pin }) => (pin === null ? null : copy(pin.text, 'pin', selectPin))),
    copyList: () => withMade((made) => copy(describeList(made), 'list', () => selectField('made-0'))),
    share: () => withInstructions((text) => share(words.mailSubject, text)),
    mail() {
      send({ type: 'mailing', isMailing: true })
      setTimeout(() => send({ type: 'mailing', isMailing: false }), MAIL_MS)
    },
    save: () =>
      withMade((made) => {
        saveAsFile(describeTable(made, times.locale), words.fileName)
        send({ type: 'kept' })
      }),
    showQr(isShown) {
      if (isShown) void bringQr().then(() => send({ type: 'qr-shown', isShown }))
      else send({ type: 'qr-shown', isShown })
    },
    print() {
      const late = new Promise((resolve) => setTimeout(resolve, QR_MS_MAX))
      void Promise.race([bringQr(), late]).then(() => {
        send({ type: 'kept' })
        print()
      })
    },
    name: (index, name) => send({ type: 'named', index, name }),
    named: () => withMade(renameKept),
    keep: (isChosen) => withMade((made) => send({ type: 'keeping', keeping: chooseKept(made, isChosen) })),
    startOver: () =>
      withMade((made) => {
        const { links, pin } = findRisks(made)
        if (links || pin) send({ type: 'starting-over' })
        else screen.send({ type: 'left' })
      }),
    answer(isYes) {
      if (isYes) screen.send({ type: 'left' })
      else send({ type: 'stayed' })
    },
  }
}

/** Where the browser does not copy, the sender can with one key. */
function selectField(id: string): void {
  const field = document.getElementById(id)
  if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) {
    field.focus()
    field.select()
  }
}

function selectPin(): void {
  const pin = document.getElementById('made-pin')
  if (pin !== null) getSelection()?.selectAllChildren(pin)
}
