/** Starting the app again by itself. */
import type { App } from 'electron'
import { isInvitationLink } from '../../shared/invitation.ts'

/** What a restart works with. */
export interface RestartParts {
  readonly app: Pick<App, 'relaunch' | 'quit'>
  /** Our own command line, without the program. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Ends the app as a quit does, and starts it again on the same data folder. What the first start brought is not repeated. */
export function restart({ app, argv, env }: RestartParts): void {
  const link = argv.findIndex(isInvitationLink)
  const args = (link < 0 ? argv : argv.slice(0, link)).filter((arg) => arg !== '--hidden' && !/\.peerscope$/i.test(arg))
  // The program inside of an AppImage is gone when the app has ended.
  const image = env['APPIMAGE']
  app.relaunch({ args: [...args], ...(image === undefined || image === '' ? {} : { execPath: image }) })
  app.quit()
}
