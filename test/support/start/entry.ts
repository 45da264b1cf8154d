/** `node entry.ts ROOT LIMITS ARGS…`: `npm start` of another checkout, with its own limits as JSON. */
import { start } from '../../../scripts/start/run.ts'

const [root = '', limits = '{}', ...args] = process.argv.slice(2)
if (process.env['STAND_IN_ROOT'] !== undefined) Object.assign(process, { getuid: () => 0 })
// As another user, once all that is ours is loaded.
const { STAND_IN_UID: user } = process.env
if (user !== undefined) process.setuid?.(Number(user))
process.exit(await start(root, args, JSON.parse(limits)))
