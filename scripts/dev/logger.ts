/** Vite's words, between the steps that we show. */
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { createLogger } from 'vite'
import type { Logger } from 'vite'
import type { Progress } from '../start/progress.ts'

/** A logger whose lines do not run into the line of a step. */
export function loggerTo(progress: Progress): Logger {
  const stream = new Writable({
    decodeStrings: false,
    write: (text, _encoding, done) => {
      progress.pass(String(text))
      done()
    },
  })
  return createLogger('info', { allowClearScreen: false, console: new Console(stream) })
}
