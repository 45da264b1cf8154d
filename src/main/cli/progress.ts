/** How far long work is, on a terminal. */
import type { OnStep } from '../monitor/work.ts'
import { asItIs } from './guarded-io.ts'
import type { Io } from './io.ts'

/** Milliseconds between two words about how far it is. */
const TELL_EACH = 200

const WORDS = { check: 'checked', offer: 'taken in', write: 'written' } as const

/** Tells people now and then, in one line of standard error; programs read the end only. */
export function teller(io: Io): { readonly onStep: OnStep; readonly end: () => void } {
  let told: number | null = null
  const plain = asItIs(io)
  return {
    onStep: ({ step, done, total }) => {
      const now = performance.now()
      if (!io.interactive || (told !== null && now - told < TELL_EACH)) return
      told = now
      plain.err(`\r\u001B[K${done}${total > 0 ? ` of ${total}` : ''} ${WORDS[step]}`)
    },
    end: () => {
      if (told !== null) plain.err('\r\u001B[K')
    },
  }
}
