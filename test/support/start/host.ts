/** Stands where the command line would: says that it serves, and ends as the real one is asked to. */
import { appendFileSync } from 'node:fs'
import { aborted, processIo } from '../../../src/main/cli/io.ts'

const note = (line: string): void => appendFileSync(process.env['STAND_IN_LOG'] ?? '', `${line}\n`)

const io = processIo()
note(`host ${process.argv.slice(2).join(' ')}`)
if (process.env['STAND_IN'] === 'host ends') process.exit(0)
const alive = setInterval(() => undefined, 1000)
io.out('{"event":"serving","url":"http://127.0.0.1:1/#token=t"}\n')
await aborted(io.stop)
note('host ended')
clearInterval(alive)
if (process.connected) process.disconnect()
