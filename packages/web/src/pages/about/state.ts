/** Whether it is known whom to write to. */
export type AboutPage = { readonly at: 'reading' } | { readonly at: 'known'; readonly contact: string | null } | { readonly at: 'unknown' }

export type AboutEvent = { readonly type: 'told'; readonly contact: string | null } | { readonly type: 'failed' }

/** What follows when something happens. What cannot happen in a state changes nothing. */
export function reduceAbout(page: AboutPage, event: AboutEvent): AboutPage {
  if (page.at !== 'reading') return page
  return event.type === 'told' ? { at: 'known', contact: event.contact } : { at: 'unknown' }
}

/** Where a contact can be followed to: a mail or web address. `null` for anything else, which is shown as text. */
export function findContactAddress(contact: string): string | null {
  if (/^[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+$/.test(contact)) return `mailto:${contact}`
  return /^(?:mailto:|https:\/\/)/i.test(contact) && URL.canParse(contact) ? contact : null
}
