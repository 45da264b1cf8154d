/**
 * `npm start [-- --demo --data DIR --network NAME --browser --fetch-electron]`: builds what is out of date and opens the
 * desktop app; where that cannot be, says why and how to mend it, and opens the browser host.
 */
import { join } from 'node:path'
import { start } from './start/run.ts'

process.exit(await start(join(import.meta.dirname, '..'), process.argv.slice(2)))
