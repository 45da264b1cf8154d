import { endOnException } from './crash.ts'
import { LAST_WORDS_MS, processIo } from './io.ts'
import { EXIT, run } from './run.ts'

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
// Not awaited here: in the bundle this is a CommonJS module.
void main()

async function main(): Promise<void> {
  const code = await run(argv, { ...io, stop: AbortSignal.any([io.stop, crash.signal]) })
  // Sets the code and lets the process end by itself, once all output is written.
  process.exitCode = await io.finish(crashed() ? EXIT.failed : code)
  // A timer or socket that was left open does not hold up an end that was asked for.
  if (io.stop.aborted) setTimeout(() => process.exit(), LAST_WORDS_MS).unref()
}
