import { visibleLines } from '../../shared/visible-text.ts'
import type { Io } from './io.ts'

const originals = new WeakMap<Io, Io>()

/**
 * Output on which text of others can't steer the terminal or hide, whichever command writes it and however it came in.
 * Ends of lines pass: where text of others is part of a line, `visible` keeps it in that line.
 */
export function guarded(io: Io): Io {
  const safe: Io = {
    ...io,
    out: (text) => io.out(visibleLines(text)),
    err: (text) => io.err(visibleLines(text)),
  }
  originals.set(safe, io)
  return safe
}

/** The same output as it is: for files that programs read, and for moving the cursor. */
export function asItIs(io: Io): Io {
  return originals.get(io) ?? io
}
