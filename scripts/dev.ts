/**
 * `npm run dev [-- --demo --data DIR --network NAME --browser]`: the app from its sources, with a live page. A change of the
 * page shows at once; a change of the engine starts it again, and the page finds it. In Electron where its binary is there
 * or can be fetched, else in the browser. Electron is given all other flags too.
 */
import { join } from 'node:path'
import { helpOf, parseArguments, WRONG_USE } from './start/arguments.ts'
import { listenForEnd } from './start/ending.ts'
import { hasDisplay, withoutBinary } from './start/look.ts'
import { Progress } from './start/progress.ts'

const parsed = parseArguments(process.argv.slice(2), hasDisplay(withoutBinary([], 'npm run dev')))
if (parsed.kind === 'help') {
  console.log(helpOf('npm run dev'))
  process.exit(0)
}
if (parsed.kind === 'wrong') {
  console.log(`npm run dev: ${parsed.why}`)
  process.exit(WRONG_USE)
}
const ending = listenForEnd()
const progress = new Progress(process.stdout)
progress.step('Loading the build tools')
const onAsked = (): void => {
  progress.done()
  progress.say('Stopped.')
  process.exit(0)
}
ending.asked.addEventListener('abort', onAsked)
// They take seconds to load, after the first word.
const { develop } = await import('./dev/run.ts')
ending.asked.removeEventListener('abort', onAsked)
await develop({ root: join(import.meta.dirname, '..'), progress, ending, ...parsed })
