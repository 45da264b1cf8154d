/** One run in a process of its own: `one.ts RUN`, a `Run` as JSON. Prints what it measured as one line of JSON. */
import type { Run } from './protocol.ts'
import { measure } from './scenarios.ts'

const run = JSON.parse(process.argv[2] ?? '') as Run
const measured = await measure(run)
process.stdout.write(`${JSON.stringify(measured)}\n`, () => process.exit(0))
