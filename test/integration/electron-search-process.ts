/** A process that looks for Electron in the folder it is given, and prints what comes of it as JSON. */
import { electronBinary } from '../../scripts/electron-binary.ts'

const [root = ''] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await electronBinary(root, () => undefined, new AbortController().signal)))
