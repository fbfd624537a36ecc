/** All words of the page for addresses that lead nowhere. */
export const notFoundWords = {
  page: 'Nothing here · Letterlock',
  description: 'There is nothing at this address.',
  title: 'There is nothing here',
  detail: 'The address may be incomplete. If someone sent you a link, ask them to send the whole link again.',
  send: 'Send a secret',
} as const
