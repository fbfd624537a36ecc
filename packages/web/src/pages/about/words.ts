/** All words of the page that explains. */
export const aboutWords = {
  page: 'How it works · Letterlock',
  description: 'How Letterlock keeps a secret: what the server can see, what it cannot, and what is not promised.',
  title: 'How it works',
  lead: 'Letterlock sends a password or a note through a link that opens once. The link holds one half of the key, the server holds the other, and opening destroys the server’s half.',
  steps: 'What happens',
  step: [
    'Your browser locks the secret before anything is sent. Half of the key stays in the link, after the # sign, a part that browsers never send to a server.',
    'The server keeps the locked secret and the other half of the key. It has no use for either without the link.',
    'Whoever opens the link first gets both. The server decides that once, for ever: two people can never both open it.',
    'Then the server erases its half. What may remain in backups can no longer be read by anyone, not even with the link.',
  ],
  sees: 'What the server sees',
  see: [
    'when a secret was made, when it runs out, and when it was opened;',
    'roughly how large it is: short secrets all look alike;',
    'the network addresses of those who connect, as every server does; Letterlock does not write them down.',
  ],
  never: 'What it never sees',
  neverSee: ['the secret;', 'the half of the key that is in the link;', 'names: there are no accounts, no cookies and no tracking.'],
  limits: 'What we do not promise',
  limit: [
    'The reader can copy what they read.',
    'Whoever has the whole link and presses the button is the reader, to us. Send it to one person, by a way that you trust.',
    'You trust whoever runs this server to serve the real pages. A server that was taken over could serve false ones.',
    'A link can be used up by a program that opens links and presses buttons. The receipt then says that it was opened.',
  ],
  report: 'Report a link',
  reportDetail:
    'Nobody but the sender and the reader can see what is in a secret, not even whoever runs this server. If someone sends you something bad through it, tell them:',
  reportNobody: 'Whoever runs this server has not left an address here. Ask at the address that you know them by.',
  reportReading: 'Asking the server for an address…',
  reportUnknown: 'The server could not be asked for an address right now.',
} as const
