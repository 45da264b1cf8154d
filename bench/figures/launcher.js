// launcher.js PROGRAM STORE: starts a bundled program as bin/peerscope.js starts the command line.
import { runCompiled } from '../../bin/compiled.js'

const [program = '', store = ''] = process.argv.splice(2, 2)
runCompiled(program, store)
