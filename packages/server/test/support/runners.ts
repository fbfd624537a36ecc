import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Behind } from './server-process.ts'
import type { FromRunner, Order, ToRunner, Told } from './runner.ts'

/** Client processes that release requests at the same moment. */
export interface Runners {
  /** Deal requests out to all processes, hold each back by its last byte, release all; told in the order given. */
  together(url: string, orders: readonly Order[]): Promise<readonly Told[]>
}

const RUNNER = fileURLToPath(new URL('runner.ts', import.meta.url))
const FORKED = { execArgv: ['--conditions=source'], env: { PATH: '' } }

export function startRunners(behind: Behind, count: number): Runners {
  const children = Array.from({ length: count }, () => fork(RUNNER, [], FORKED))
  behind.after(async () => void (await Promise.all(children.map(end))))
  return {
    async together(url, orders) {
      // One that has only begun would have the others' requests wait for it, longer than a server waits.
      await Promise.all(children.map((child) => ask(child, { hold: [], url })))
      const hands = children.map((_child, i) => orders.filter((_order, j) => j % count === i))
      await Promise.all(children.map((child, i) => ask(child, { hold: hands[i] ?? [], url })))
      const answers = await Promise.all(children.map((child) => ask(child, { release: true })))
      return orders.map((_order, j) => {
        const answer = answers[j % count]
        const told = answer !== undefined && 'told' in answer ? answer.told[Math.floor(j / count)] : undefined
        if (told === undefined) throw new Error('a client process told less than it was asked')
        return told
      })
    },
  }
}

function ask(child: ChildProcess, message: ToRunner): Promise<FromRunner> {
  return new Promise((resolve, reject) => {
    const fail = (code: number | null) => reject(new Error(`a client process ended with ${code}`))
    child.once('exit', fail)
    child.once('message', (answer: FromRunner) => {
      child.off('exit', fail)
      resolve(answer)
    })
    child.send(message)
  })
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.disconnect()
  })
}
