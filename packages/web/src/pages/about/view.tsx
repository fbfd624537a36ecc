import { aboutWords as words } from '../../languages/en.ts'
import { type AboutPage, findContactAddress } from './state.ts'

export function AboutView({ page }: { readonly page: AboutPage }) {
  return (
    <>
      <h1 tabIndex={-1}>{words.title}</h1>
      <div class="text">
        <p class="intro">{words.lead}</p>
        <section>
          <h2>{words.steps}</h2>
          <ol>
            {words.step.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </section>
        <List title={words.sees} items={words.see} />
        <List title={words.never} items={words.neverSee} />
        <List title={words.device} items={words.deviceKeeps} />
        <List title={words.limits} items={words.limit} />
        <section id="report">
          <h2>{words.report}</h2>
          <Report page={page} />
        </section>
      </div>
    </>
  )
}

function List({ title, items }: { readonly title: string; readonly items: readonly string[] }) {
  return (
    <section>
      <h2>{title}</h2>
      <ul>
        {items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </section>
  )
}

function Report({ page }: { readonly page: AboutPage }) {
  if (page.at === 'reading') return <p>{words.reportReading}</p>
  if (page.at === 'unknown') return <p>{words.reportUnknown}</p>
  if (page.contact === null) return <p>{words.reportNobody}</p>
  const address = findContactAddress(page.contact)
  return (
    <>
      <p>{words.reportDetail}</p>
      <p>{address === null ? page.contact : <a href={address}>{page.contact}</a>}</p>
    </>
  )
}
