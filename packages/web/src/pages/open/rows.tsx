import { shownWords as words } from '../../languages/en.ts'
import { Button } from '../../ui/button.tsx'
import { say } from '../../ui/say.ts'
import { untranslated } from '../../ui/untranslated.ts'
import { nameRow } from './describe-shown.ts'
import type { Row } from './list-rows.ts'
import type { Copy } from './shown-state.ts'
import { Tinted } from './tinted.tsx'

interface RowsProps {
  readonly rows: readonly Row[]
  readonly copy: Copy | null
  readonly onCopy: (row: number) => void
}

/** What was found in the secret, to be copied by itself. Addresses are texts: nothing here leads anywhere. */
export function Rows({ rows, copy, onCopy }: RowsProps) {
  return (
    <section aria-labelledby="parts">
      <h2 id="parts">{words.parts}</h2>
      <dl class="parts">
        {rows.map((row, i) => {
          const isCopied = copy?.isDone === true && copy.row === i
          return (
            <div key={i}>
              <dt dir="auto" class="notranslate" {...(row.label === '' ? {} : untranslated)}>
                {nameRow(row)}
              </dt>
              <dd class="notranslate" {...untranslated}>
                {row.about === '' ? null : <bdi>{row.about}</bdi>}
                <code dir={row.kind === 'text' ? 'auto' : 'ltr'}>{row.isTinted ? <Tinted text={row.value} /> : row.value}</code>
              </dd>
              <dd>
                <Button
                  label={isCopied ? words.copied : words.copy}
                  {...(isCopied ? {} : { name: say(words.copyPart, { name: nameRow(row) }) })}
                  onPress={() => onCopy(i)}
                />
              </dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}
