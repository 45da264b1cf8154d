/** Starting the app again when it has ended. */
import type { App } from 'electron'
import { isInvitationLink } from '../../shared/invitation.ts'
import type { Launcher } from './launcher.ts'

/** What a new start works with. */
export interface RestartParts {
  readonly app: Pick<App, 'relaunch'>
  readonly launcher: Pick<Launcher, 'again'>
  /** Our own command line, without the program. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Has the app started again on the same data folder as soon as it has ended: by its launcher where it has one. */
export function startAgain({ app, launcher, argv, env }: RestartParts): void {
  if (launcher.again()) return
  // The program inside an AppImage is gone when the app has ended.
  const image = env['APPIMAGE']
  app.relaunch({
    args: [...argumentsAgain(argv)],
    ...(image === undefined || image === '' ? {} : { execPath: image }),
  })
}

/** The command line of the next start: what the first one brought is not repeated, and its window shows. */
export function argumentsAgain(argv: readonly string[]): readonly string[] {
  const link = argv.findIndex(isInvitationLink)
  return (link < 0 ? argv : argv.slice(0, link)).filter((arg, index, args) => {
    const isValue = /^--(data|network)$/.test(args[index - 1] ?? '')
    return isValue || (arg !== '--hidden' && !/\.peerscope$/i.test(arg))
  })
}
