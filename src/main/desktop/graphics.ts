/** The graphics processor: what Chromium is told of it before it starts, and what is done when it keeps crashing. */
import type { App, Details, MessageBoxOptions } from 'electron'
import type { Logger } from '../monitor/open-node.ts'

/** So many crashes of the graphics process within this time are too many, milliseconds. */
const MANY_CRASHES = 2
export const CRASHES_MS = 10 * 60_000

/**
 * Tells Chromium how to draw. Must be called before the app is ready.
 * @param accelerated whether the graphics processor may be used
 */
export function prepareGraphics(
  app: Pick<App, 'disableHardwareAcceleration'> & {
    readonly commandLine: Pick<App['commandLine'], 'appendSwitch'>
  },
  accelerated: boolean,
): void {
  // Without it Chromium (139 and later) offers no WebGL where there is no graphics processor. docs/security.md says what it
  // means.
  app.commandLine.appendSwitch('enable-unsafe-swiftshader')
  if (!accelerated) app.disableHardwareAcceleration()
}

/** What the watch works with. */
export interface GraphicsParts {
  readonly logger: Logger
  /** Whether this run uses the graphics processor. */
  readonly accelerated: boolean
  /** Shows a question. @returns the button's index */
  ask(question: MessageBoxOptions): Promise<number>
  isQuitting(): boolean
  /** Turns hardware acceleration off and starts the app again. */
  turnOff(): void
  /** Milliseconds. */
  now(): number
}

/** Logs every helper process that is gone, and offers once to do without a graphics processor that keeps crashing. */
export function watchGraphics(app: Pick<App, 'on'>, parts: GraphicsParts): void {
  let crashes: number[] = []
  let asked = false
  app.on('child-process-gone', (_event, details) => {
    const { type, reason, exitCode, name } = details
    if (parts.isQuitting() || reason === 'clean-exit') return
    parts.logger.warn({ type, reason, exitCode, name }, 'a helper process is gone')
    if (!isGraphicsCrash(details) || !parts.accelerated || asked) return
    const now = parts.now()
    crashes = [...crashes.filter((at) => now - at < CRASHES_MS), now]
    if (crashes.length < MANY_CRASHES) return
    asked = true
    offer(parts).catch((error: unknown) => parts.logger.error({ err: error }, 'a question could not be shown'))
  })
}

/** Where the graphics processor cannot be used at all, Chromium falls back by itself; that does not count as a crash. */
function isGraphicsCrash({ type, reason }: Details): boolean {
  return type === 'GPU' && (reason === 'crashed' || reason === 'oom')
}

async function offer(parts: GraphicsParts): Promise<void> {
  const response = await parts.ask({
    type: 'warning',
    message: 'The graphics driver keeps crashing.',
    detail:
      'Without hardware acceleration Peerscope draws more slowly, and without the driver. Settings can turn it on again.',
    buttons: ['Turn Off and Restart', 'Not Now'],
    defaultId: 0,
    cancelId: 1,
  })
  if (response === 0 && !parts.isQuitting()) parts.turnOff()
}
