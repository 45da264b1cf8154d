import { endOnException } from './crash.ts'
import { processIo } from './io.ts'
import { EXIT, run } from './run.ts'

/** How long a run that was asked to end may still write what it has to say, milliseconds. */
const LAST_WORDS_MS = 1000

const argv = process.argv.slice(2)
const io = processIo()
const crash = new AbortController()
const crashed = endOnException({
  events: process,
  out: (text) => io.out(text),
  err: (text) => io.err(text),
  json: argv.includes('--json'),
  stop: () => crash.abort(),
  exit: (code) => process.exit(code),
})
// Sets the code and lets the process end by itself, so that all output is written.
const code = await run(argv, { ...io, stop: AbortSignal.any([io.stop, crash.signal]) })
process.exitCode = crashed() ? EXIT.failed : code
// A timer or socket that was left open does not hold up an end that was asked for.
if (io.stop.aborted) setTimeout(() => process.exit(), LAST_WORDS_MS).unref()
