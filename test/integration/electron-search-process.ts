/** A process that looks for Electron in the folder it is given, and prints what comes of it as JSON. */
import { electronBinary } from '../../scripts/electron-binary.ts'
import { Progress } from '../../scripts/start/progress.ts'

const silent = new Progress({ write: () => true })
const [root = ''] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await electronBinary(root, silent, new AbortController().signal)))
