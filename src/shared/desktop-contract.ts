/** What the desktop host offers its page beside the contract, on the same port. The renderer imports its type only. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import type { DesktopCommand, DesktopState, EngineState } from './desktop-binding.ts'

const output = <T>() => z.custom<T>(() => true)

/** A change of the desktop host's settings: only the given fields. */
export const desktopSettingsSchema = z
  .object({
    startHidden: z.boolean(),
    startAtLogin: z.boolean(),
    closeToTray: z.enum(['ask', 'tray', 'quit']),
    hardwareAcceleration: z.boolean(),
  })
  .partial()

/** The desktop host's own calls. */
export const desktopContract = {
  desktop: {
    /** What the page is asked to do, from when it listens on; what was asked before comes first. One page listens. */
    commands: oc.output(eventIterator(output<DesktopCommand>())),
    state: oc.output(output<DesktopState>()),
    change: oc.input(desktopSettingsSchema).output(output<DesktopState>()),
    /** Shows the system's dialog; a snapshot that is chosen comes as a command. */
    chooseFile: oc.output(output<void>()),
    /** Shows the folder of the log. */
    openLogs: oc.output(output<void>()),
    /** How the engine is, from now on: first as it is, then each change. */
    engine: oc.output(eventIterator(output<EngineState>())),
    /** Starts an engine that has failed, in the same window. Resolves once it runs or has failed again. */
    restartEngine: oc.input(z.object({ rejoin: z.boolean() })).output(output<EngineState>()),
    /** Ends the app and starts it again, on the same data folder. */
    restart: oc.output(output<void>()),
  },
}

/** Its type: all that the renderer needs of it. */
export type DesktopContract = typeof desktopContract
