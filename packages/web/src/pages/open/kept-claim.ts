// A tab keeps its claim in base64url. Behind it stands what became of a PIN that was sent with it:
// without that, a server that says there is none could have it sent without one. SPEC §8.1.

/** A PIN went with the claim, and may have been right. */
export const WITH_PIN = '.pin'

/** A PIN went with the claim, and was wrong: the claim holds nothing. */
export const WRONG_PIN = '.wrong'

/** Whether a PIN ever went with what is kept. */
export function hadPin(kept: string): boolean {
  return kept.includes('.')
}

/** Whether the secret may be this tab's by now. */
export function mayHold(kept: string | null): boolean {
  return kept !== null && !kept.endsWith(WRONG_PIN)
}
