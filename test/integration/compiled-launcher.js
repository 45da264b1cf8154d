// compiled-launcher.js ENTRY STORE …: `after=0` keeps the code of a process that stays at once.
import { runCompiled } from '../../bin/compiled.js'

const [entry = '', store = ''] = process.argv.slice(2)
const after = process.argv.find((arg) => arg.startsWith('after='))?.slice('after='.length)
runCompiled(entry, store, after === undefined ? undefined : Number(after))
