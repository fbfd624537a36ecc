// The worker that stretches PINs. All of it is this one file, wasm included: its policy lets
// it compile that, and fetch nothing. SPEC §8.3.
import plain from 'argon2id/dist/no-simd.wasm'
import fast from 'argon2id/dist/simd.wasm'
import { answer } from './answer.ts'
import { compileArgon2id } from './argon2id-in-wasm.ts'
import type { StretchReply, Stretching } from './message.ts'

/** A worker's own side of its channel. */
const channel = globalThis as unknown as {
  addEventListener(type: 'message', listener: (event: MessageEvent<Stretching>) => void): void
  postMessage(reply: StretchReply): void
}

const compiling = compileArgon2id(fast, plain)

channel.addEventListener('message', ({ data }) => {
  // A rejection would stay in here; an error that is reported reaches the page.
  compiling.then((inWasm) => answer(data, inWasm, (reply) => channel.postMessage(reply))).catch(reportError)
})
