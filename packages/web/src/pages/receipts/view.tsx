import { receiptsWords as words } from '../../languages/en.ts'
import { Ask } from '../../ui/ask.tsx'
import { Button } from '../../ui/button.tsx'
import { Check } from '../../ui/check.tsx'
import { Note } from '../../ui/note.tsx'
import { say } from '../../ui/say.ts'
import { Slip } from '../../ui/slip.tsx'
import type { TimeStyle } from '../../ui/times.ts'
import { untranslated } from '../../ui/untranslated.ts'
import { nameReceipt, writeMade } from './describe.ts'
import type { Entry, Listed, ReceiptsPage } from './state.ts'

/** What a sender can do with the receipts on this device. */
export interface ReceiptsHandlers {
  readonly forget: (token: string) => void
  readonly forgetAll: () => void
  readonly answer: (isYes: boolean) => void
  readonly keep: (isWished: boolean) => void
}

interface ReceiptsViewProps {
  readonly page: ReceiptsPage
  readonly on: ReceiptsHandlers
  readonly times: TimeStyle
}

export function ReceiptsView({ page, on, times }: ReceiptsViewProps) {
  const isListed = page.at === 'listed'
  return (
    <>
      <Slip title={words.title} stub={isListed ? <Stub page={page} on={on} /> : null}>
        <p>{words.lead}</p>
        {isListed ? <List page={page} on={on} times={times} /> : null}
      </Slip>
      {isListed && page.isAsking ? (
        <Ask question={words.ask} detail={words.askDetail} yes={words.askYes} no={words.askNo} onAnswer={on.answer} />
      ) : null}
    </>
  )
}

interface ListProps extends ReceiptsViewProps {
  readonly page: Listed
}

function List({ page: { entries, isRefused }, on, times }: ListProps) {
  return (
    <>
      {isRefused ? <Note kind="warn">{words.refused}</Note> : null}
      {entries.length === 0 && !isRefused ? (
        <div>
          <p>
            <strong>{words.none}</strong>
          </p>
          <p>{words.noneDetail}</p>
        </div>
      ) : null}
      {entries.length === 0 ? null : (
        <ul class="receipts" role="list">
          {entries.map((entry) => (
            <EntryView key={entry.receipt.token} entry={entry} on={on} times={times} />
          ))}
        </ul>
      )}
    </>
  )
}

function EntryView({ entry: { receipt, state }, on, times }: Pick<ListProps, 'on' | 'times'> & { readonly entry: Entry }) {
  const name = nameReceipt(receipt, times)
  const isNamed = name === receipt.name
  return (
    <li>
      <h2 tabIndex={-1}>
        <bdi {...(isNamed ? untranslated : {})}>{name}</bdi>
      </h2>
      <p class="state" data-state={state}>
        {words.state[state]}
      </p>
      {isNamed ? <p class="help">{say(words.madeOn, { moment: writeMade(receipt, times) })}</p> : null}
      <div class="row">
        <a class="button" href={`receipt#${receipt.token}`} aria-label={say(words.showFor, { name })}>
          {words.show}
        </a>
        <Button
          label={words.forget}
          name={say(words.forgetFor, { name })}
          onPress={({ detail }) => {
            // The next one moves up, and the second half of a double click is not meant for it.
            if (detail < 2) on.forget(receipt.token)
          }}
        />
      </div>
    </li>
  )
}

function Stub({ page: { entries, isKeeping }, on }: Omit<ListProps, 'times'>) {
  return (
    <>
      <Check id="keep-help" label={words.keep} help={words.keepHelp} isChecked={isKeeping} onCheck={on.keep} />
      <div class="row">
        <a class="button" href="./">
          {words.sendNew}
        </a>
        {entries.length === 0 ? null : <Button label={words.forgetAll} look="bad" onPress={on.forgetAll} />}
      </div>
    </>
  )
}
