import type { Server } from '@letterlock/client'
import type { Token } from '@letterlock/protocol'
import type { ComponentChild } from 'preact'
import type { receiptWords } from '../../languages/en.ts'
import type { Failure } from '../../ui/connect.ts'
import type { Screen } from '../../ui/mount-screen.ts'
import type { TimeStyle } from '../../ui/times.ts'
import type { ReceiptEvent, ReceiptPage } from './state.ts'

/** The words of the page, in the reader's language: the part brings none of its own. */
export type ReceiptWords = typeof receiptWords

/** The receipt of a page. */
export interface Held extends Extract<Token, { kind: 'receipt' }> {
  /** As it is written in a link. */
  readonly text: string
}

/** What /receipt is to the part that tells. */
export interface ReceiptHost {
  readonly server: Server
  readonly held: Held
  readonly screen: Screen<ReceiptPage, ReceiptEvent>
  readonly times: TimeStyle
  readonly words: ReceiptWords
  readonly describeFailure: (failure: Failure) => string
}

/** How a part draws a state, and what a screen reader is told of it. */
export interface Presented {
  readonly view: ComponentChild
  readonly said: string
}
