/** Whether a run is to outlive its terminal. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'

/** Set to `1` by the launcher of an older Node, for the process that it starts. */
export const STAYS = 'PEERSCOPE_NOHUP'

/**
 * Whether nohup started this process. It does so by ignoring SIGHUP, which Node undoes before any of our code runs; so
 * this goes by the traces: shells name the program that they start in `_`.
 * @param parentEnv the environment that the parent was started with; a variable that is there too tells nothing of us
 */
export function goesOnAfterHangup(
  env: Readonly<Record<string, string | undefined>>,
  parentEnv: () => string = environmentOfParent,
): boolean {
  if (env[STAYS] === '1') return true
  const started = env['_']
  return started !== undefined && basename(started) === 'nohup' && !parentEnv().split('\0').includes(`_=${started}`)
}

/** Empty where the system does not tell. */
function environmentOfParent(): string {
  try {
    return readFileSync(`/proc/${process.ppid}/environ`, 'utf8')
  } catch {
    return ''
  }
}
