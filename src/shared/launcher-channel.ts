/** What a launcher (scripts/start.ts, bin/peerscope.js) and the process that it starts tell each other over Node's IPC channel. */

/** Set to `1` in the environment of a process that belongs to its launcher and ends with it. */
export const LAUNCHED = 'PEERSCOPE_LAUNCHED'

/**
 * How far the desktop app is: its code runs; Electron is ready; there is a window; all went well. `shown` also stands for
 * a start that hides in the tray.
 */
export const LAUNCH_STAGES = ['running', 'ready', 'window', 'shown'] as const
/** One of them. */
export type LaunchStage = (typeof LAUNCH_STAGES)[number]

const AGAIN = 'again'

/** From the app: it ends now, and is to be started again. @param brought arguments to add, see `broughtBy` */
export function againMessage(brought: readonly string[]): object {
  return { kind: AGAIN, brought }
}

/** From the app: another instance is open; that one shows its window, and this one ends. */
export const HANDED_OVER_MESSAGE = { kind: 'handed over' } as const

/** From the launcher: end gracefully. */
export const END_MESSAGE = { kind: 'end' } as const

/** The stage that a message tells; null for any other message. */
export function stageOf(message: unknown): LaunchStage | null {
  return LAUNCH_STAGES.find((stage) => stage === kindOf(message)) ?? null
}

/** Whether a message asks for another start. */
export function isAgainMessage(message: unknown): boolean {
  return kindOf(message) === AGAIN
}

/** The arguments that a message which asks for another start adds to it: what other starts brought meanwhile. */
export function broughtBy(message: unknown): readonly string[] {
  if (!isAgainMessage(message)) return []
  const { brought }: { readonly brought?: unknown } = { ...(message as object) }
  return Array.isArray(brought) ? brought.filter((one) => typeof one === 'string') : []
}

/** Whether a message tells that a running app took over. */
export function isHandedOverMessage(message: unknown): boolean {
  return kindOf(message) === HANDED_OVER_MESSAGE.kind
}

/** Whether a message asks to end. */
export function isEndMessage(message: unknown): boolean {
  return kindOf(message) === END_MESSAGE.kind
}

/** The parts of Node's `process` that a launched program needs for its launcher. */
export interface LaunchedProcess {
  readonly env: Record<string, string | undefined>
  /** False when the launcher is gone. */
  readonly connected?: boolean | undefined
  readonly send?: ((message: object, done: (error: Error | null) => void) => boolean) | undefined
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
}

/**
 * Calls `onEnd` when the launcher asks this process to end, and when it is gone.
 * @returns whether there is a launcher
 */
export function followLauncher(own: LaunchedProcess, onEnd: () => void): boolean {
  const launched = own.env[LAUNCHED] === '1'
  // Our own children have other parents.
  delete own.env[LAUNCHED]
  if (!launched || own.send === undefined) return false
  own.on('message', (message) => {
    if (isEndMessage(message)) onEnd()
  })
  own.on('disconnect', onEnd)
  if (own.connected === false) onEnd()
  return true
}

function kindOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'kind' in message ? message.kind : undefined
}
