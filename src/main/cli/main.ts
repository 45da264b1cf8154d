import { processIo } from './io.ts'
import { run } from './run.ts'

/** How long a run that was asked to end may still write what it has to say, milliseconds. */
const LAST_WORDS_MS = 1000

const io = processIo()
// Sets the code and lets the process end by itself, so that all output is written.
process.exitCode = await run(process.argv.slice(2), io)
// A timer or socket that was left open does not hold up an end that was asked for.
if (io.stop.aborted) setTimeout(() => process.exit(), LAST_WORDS_MS).unref()
