import { accessibilityWords as words } from '../../languages/en.ts'
import { List } from '../../ui/list.tsx'
import { say } from '../../ui/say.ts'
import { formatDay } from '../../ui/times.ts'

/** The version of these pages, written in by the build. */
declare const VERSION: string

/** The day on which the pages were last held to what this page says. */
const CHECKED_MS = Date.UTC(2026, 10, 26)

/** @param tag - the language that the page is in. */
export function AccessibilityView({ tag }: { readonly tag: string }) {
  return (
    <>
      <h1 tabIndex={-1}>{words.title}</h1>
      <div class="text">
        <p class="intro">{words.lead}</p>
        <section>
          <h2>{words.standard}</h2>
          <p>{say(words.standardDetail, { date: formatDay(CHECKED_MS, tag), version: VERSION })}</p>
        </section>
        <List title={words.checked} items={words.checks} />
        <List title={words.limits} items={words.limit} />
        <section>
          <h2>{words.report}</h2>
          <p>{words.reportDetail}</p>
        </section>
      </div>
    </>
  )
}
