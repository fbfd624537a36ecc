import { aboutWords as words } from '../../languages/en.ts'
import { List } from '../../ui/list.tsx'
import { untranslated } from '../../ui/untranslated.ts'
import { type AboutPage, findContactAddress } from './state.ts'

export function AboutView({ page }: { readonly page: AboutPage }) {
  return (
    <>
      <h1 tabIndex={-1}>{words.title}</h1>
      <div class="text">
        <p class="intro">{words.lead}</p>
        <section class="slip">
          <div class="body">
            <h2>{words.steps}</h2>
            <ol class="steps" role="list">
              {words.step.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          </div>
        </section>
        <div class="pair">
          <List title={words.sees} items={words.see} />
          <List title={words.never} items={words.neverSee} />
        </div>
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

function Report({ page }: { readonly page: AboutPage }) {
  if (page.at === 'reading') return <p>{words.reportReading}</p>
  if (page.at === 'unknown') return <p>{words.reportUnknown}</p>
  if (page.contact === null) return <p>{words.reportNobody}</p>
  const address = findContactAddress(page.contact)
  return (
    <>
      <p>{words.reportDetail}</p>
      <p>
        {address === null ? (
          <bdi>{page.contact}</bdi>
        ) : (
          <a class="notranslate" {...untranslated} dir="ltr" href={address}>
            {page.contact}
          </a>
        )}
      </p>
    </>
  )
}
