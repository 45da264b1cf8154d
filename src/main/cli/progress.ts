/** How far long work is, on a terminal. */
import { formatCount } from '../../shared/format-count.ts'
import { asItIs } from './guarded-io.ts'
import type { Io } from './io.ts'

/** Milliseconds between two words about how far it is. */
const TELL_EACH = 200

const WORDS = { check: 'checked', offer: 'taken in', write: 'written' } as const

/** How far it is; a total of 0 is not known. */
interface Step {
  readonly step: keyof typeof WORDS
  readonly done: number
  readonly total: number
}

/** Tells people now and then, in one line of standard error; programs read the end only. */
export function teller(io: Io): { readonly onStep: (step: Step) => void; readonly end: () => void } {
  let told: number | null = null
  const plain = asItIs(io)
  return {
    onStep: ({ step, done, total }) => {
      const now = performance.now()
      if (!io.interactive || (told !== null && now - told < TELL_EACH)) return
      told = now
      plain.err(`\r\u001B[K${formatCount(done)}${total > 0 ? ` of ${formatCount(total)}` : ''} ${WORDS[step]}`)
    },
    end: () => {
      if (told !== null) plain.err('\r\u001B[K')
    },
  }
}
