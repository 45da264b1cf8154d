import { endOnException } from './crash.ts'
import { processIo } from './io.ts'
import { EXIT, run } from './run.ts'

const argv = process.argv.slice(2)
const stop = new AbortController()
const io = processIo(stop)
const crashed = endOnException({
  events: process,
  out: (text) => io.out(text),
  err: (text) => io.err(text),
  json: argv.includes('--json'),
  stop: () => stop.abort(),
  exit: (code) => process.exit(code),
})
// Sets the code and lets the process end by itself, so that all output is written.
const code = await run(argv, io)
process.exitCode = crashed() ? EXIT.failed : code
