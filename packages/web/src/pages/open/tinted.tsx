import { tintText } from './tint-text.ts'

/** A text with its digits and symbols in colours of their own. */
export function Tinted({ text }: { readonly text: string }) {
  return (
    <>
      {tintText(text).map(({ kind, text: piece }, i) => {
        if (kind === 'letters') return piece
        return kind === 'digits' ? <i key={i}>{piece}</i> : <b key={i}>{piece}</b>
      })}
    </>
  )
}
