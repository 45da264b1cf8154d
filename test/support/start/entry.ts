/** `node entry.ts ROOT LIMITS ARGS…`: `npm start` of another checkout, with its own limits as JSON. */
import { start } from '../../../scripts/start/run.ts'

const [root = '', limits = '{}', ...args] = process.argv.slice(2)
process.exit(await start(root, args, JSON.parse(limits)))
