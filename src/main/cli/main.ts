import { processIo } from './io.ts'
import { run } from './run.ts'

// Sets the code and lets the process end by itself, so that all output is written.
process.exitCode = await run(process.argv.slice(2), processIo())
